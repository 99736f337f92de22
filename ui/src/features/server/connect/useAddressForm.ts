/** The address form and its trial: what was typed stays, whatever the server says. */
import { useTranslation } from "react-i18next";
import type { ServerAddress } from "@/bindings/ServerAddress";
import { useBackendForm } from "@/design";
import { type AddressValues, addressOf, leavesUnencrypted, NO_ADDRESS } from "./address";

export function useAddressForm<Answer>({
  submit,
  onDone,
}: {
  submit: (address: ServerAddress) => Promise<Answer>;
  onDone: (answer: Answer, address: ServerAddress) => void;
}) {
  const { t } = useTranslation("server");
  return useBackendForm<AddressValues, Answer>({
    initialValues: NO_ADDRESS,
    validate: {
      uri: (v, all) =>
        all.how === "parts" || /^mongodb(\+srv)?:\/\/./i.test(v.trim()) ? null : t("needed.uri"),
      hosts: (v, all) => (all.how === "uri" || v.trim() ? null : t("needed.hosts")),
      username: (v, all) => (all.how === "parts" && all.password && !v.trim() ? t("needed.username") : null),
    },
    // encryption has a switch of its own among the parts only
    fields: (values): Record<string, string> =>
      values.how === "parts" ? {} : { tls: leavesUnencrypted(values) ? "insecure" : "uri" },
    submit: (values) => submit(addressOf(values)),
    onDone: (answer, values) => onDone(answer, addressOf(values)),
  });
}
