/** The mail server's settings, and the letters of this desktop. */
import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { type Args, call } from "../ipc";
import { settingsQuery } from "./system";

export const mailSettingsQuery = queryOptions({
  queryKey: ["mail", "settings"],
  queryFn: () => call("mail_settings"),
});

export const mailsQuery = queryOptions({
  queryKey: ["mail", "letters"],
  queryFn: () => call("mails"),
});

export function useUpdateMailSettings() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (args: Args<"mail_settings_update">) => call("mail_settings_update", args),
    gcTime: 0,
    onSuccess: (settings) => {
      client.setQueryData(mailSettingsQuery.queryKey, settings);
      // one document holds both: its revision has moved
      return client.invalidateQueries({ queryKey: settingsQuery.queryKey });
    },
  });
}

export function useTestMail() {
  return useMutation({ mutationFn: (to: string) => call("mail_test", { to }) });
}

/** Tries a letter at once, or takes it out of the queue. */
export function useLetter(what: "mail_retry" | "mail_discard") {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => call(what, { id }),
    onSuccess: (letters) => client.setQueryData(mailsQuery.queryKey, letters),
  });
}
