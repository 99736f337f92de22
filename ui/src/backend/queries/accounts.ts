/** First run, signing in, one's own account. */
import { queryOptions, useMutation, useQueryClient } from "@tanstack/react-query";
import { useRouter } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import type { PasswordStrength } from "@/bindings/PasswordStrength";
import type { WorkspaceStatus } from "@/bindings/WorkspaceStatus";
import type { Args } from "../ipc";
import { call } from "../ipc";
import { STATUS_KEY, useAdoptStatus } from "./session";

export const profileQuery = queryOptions({
  queryKey: ["my_profile"],
  queryFn: () => call("my_profile"),
});

export const sessionsQuery = queryOptions({
  queryKey: ["my_sessions"],
  queryFn: () => call("my_sessions"),
});

type Entering =
  | "create_institution"
  | "open_sample"
  | "open_workspace"
  | "sign_in"
  | "sign_in_with_code"
  | "unlock";

/** The commands that let somebody in: the answer moves the window to where it belongs. */
export function useEnter<K extends Entering>(name: K) {
  const adopt = useAdoptStatus();
  const router = useRouter();
  return useMutation({
    mutationFn: (args: Args<K>): Promise<WorkspaceStatus> => call(name, ...([args] as never)),
    onSuccess: async (status) => {
      adopt(status);
      await router.invalidate();
    },
  });
}

export function useUpdateProfile() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (args: Args<"update_profile">) => call("update_profile", args),
    onSuccess: (person) => {
      client.setQueryData(profileQuery.queryKey, person);
      return client.invalidateQueries({ queryKey: STATUS_KEY });
    },
  });
}

export function useChangePassword() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (args: Args<"change_password">) => call("change_password", args),
    onSuccess: () => client.invalidateQueries({ queryKey: sessionsQuery.queryKey }),
  });
}

export function useEndSession() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: string) => call("end_session", { id }),
    onSuccess: (rows) => client.setQueryData(sessionsQuery.queryKey, rows),
  });
}

export function useSignOutEverywhere() {
  const adopt = useAdoptStatus();
  const router = useRouter();
  return useMutation({
    mutationFn: () => call("sign_out_everywhere"),
    onSuccess: async (status) => {
      adopt(status);
      await router.invalidate();
    },
  });
}

/** What the sign-in page can offer at this desktop. Not of an institution that is not open. */
export const helpQuery = queryOptions({
  queryKey: ["sign_in_help"],
  queryFn: () => call("sign_in_help"),
  retry: false,
});

/** Asks for a code by mail; the answer is the same for every address. */
export function useAskForCode() {
  return useMutation({ mutationFn: (args: Args<"code_request">) => call("code_request", args) });
}

/** Proves an address with the code sent there. */
export function useVerifyAddress() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (args: Args<"verify_finish">) => call("verify_finish", args),
    gcTime: 0,
    onSuccess: () => client.invalidateQueries({ queryKey: profileQuery.queryKey }),
  });
}

/** Sends oneself the code that proves one's address. */
export function useSendMyVerification() {
  return useMutation({ mutationFn: () => call("my_verification_send") });
}

export function useRegister() {
  return useMutation({ mutationFn: (args: Args<"register">) => call("register", args), gcTime: 0 });
}

/** Sets a new password with a one-time code. */
export function useFinishReset() {
  return useMutation({
    mutationFn: (args: Args<"reset_finish">) => call("reset_finish", args),
    gcTime: 0,
  });
}

/** One's own second factor. */
export const secondFactorQuery = queryOptions({
  queryKey: ["second_factor"],
  queryFn: () => call("second_factor"),
});

/** A fresh secret for an authenticator. Asked for by a press, never again by itself: each offer ends the last. */
export function useBeginSecondFactor() {
  return useMutation({ mutationFn: () => call("second_factor_begin"), gcTime: 0 });
}

/** Sets it up. The status is left as it is: the recovery codes have to be seen first (`useReread`). */
export function useConfirmSecondFactor() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (args: Args<"second_factor_confirm">) => call("second_factor_confirm", args),
    gcTime: 0,
    onSuccess: () => client.invalidateQueries({ queryKey: secondFactorQuery.queryKey }),
  });
}

export function useRenewRecovery() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (password: string) => call("recovery_renew", { password }),
    gcTime: 0,
    onSuccess: () => client.invalidateQueries({ queryKey: secondFactorQuery.queryKey }),
  });
}

export function useRemoveSecondFactor() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (password: string) => call("second_factor_remove", { password }),
    gcTime: 0,
    onSuccess: (state) => client.setQueryData(secondFactorQuery.queryKey, state),
  });
}

/** Asks for the status again and lets the gate decide where the window belongs. */
export function useReread(): () => Promise<void> {
  const client = useQueryClient();
  const router = useRouter();
  return async () => {
    await client.invalidateQueries({ queryKey: STATUS_KEY });
    await router.invalidate();
  };
}

/** Typing has paused for so long (ms) before a password is weighed. */
const PAUSE = 250;

/**
 * How hard the password is to guess for somebody who knows `about`; null until it is known. Not through the
 * query cache, which would keep what was typed. Without an answer there is no meter, and nothing else changes:
 * the password is judged when it is saved.
 */
export function usePasswordStrength(password: string, about: readonly string[]): PasswordStrength | null {
  const [strength, setStrength] = useState<PasswordStrength | null>(null);
  const known = about
    .map((text) => text.trim())
    .filter(Boolean)
    .join("\n");
  useEffect(() => {
    if (password === "") {
      setStrength(null);
      return;
    }
    let outdated = false;
    const timer = setTimeout(() => {
      call("password_weigh", { password, about: known ? known.split("\n") : [] }).then(
        (answer) => !outdated && setStrength(answer),
        () => !outdated && setStrength(null),
      );
    }, PAUSE);
    return () => {
      outdated = true;
      clearTimeout(timer);
    };
  }, [password, known]);
  return strength;
}
