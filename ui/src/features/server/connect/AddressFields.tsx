/** Where the server is: a connection string, or its parts; the same fields wherever an address is asked for. */
import { Checkbox, SegmentedControl, Select, Switch, TextInput } from "@mantine/core";
import type { UseFormReturnType } from "@mantine/form";
import { useTranslation } from "react-i18next";
import { FormFields, PasswordField } from "@/design";
import { type AddressValues, databaseInUri, databaseOf, ENVIRONMENTS, leavesUnencrypted } from "./address";
import classes from "./connect.module.css";

export function AddressFields({ form }: { form: UseFormReturnType<AddressValues> }) {
  const { t } = useTranslation("server");
  const { t: tf } = useTranslation("frame");
  const values = form.values;
  const named = values.how === "uri" ? databaseInUri(values.uri) : null;
  return (
    <FormFields>
      <SegmentedControl
        className={classes.how}
        aria-label={t("address.how")}
        data={[
          { value: "uri", label: t("address.byUri") },
          { value: "parts", label: t("address.byParts") },
        ]}
        {...form.getInputProps("how")}
      />
      {values.how === "uri" ? (
        <PasswordField
          label={t("address.uri")}
          description={t("address.uriHint")}
          placeholder="mongodb+srv://…"
          autoComplete="off"
          spellCheck={false}
          data-autofocus
          visibilityToggleButtonProps={{ "aria-label": t("address.show") }}
          {...form.getInputProps("uri")}
        />
      ) : (
        <>
          <TextInput
            label={t("address.hosts")}
            description={t("address.hostsHint")}
            placeholder="db1.example.org:27017, db2.example.org:27017"
            autoComplete="off"
            spellCheck={false}
            data-autofocus
            {...form.getInputProps("hosts")}
          />
          <FormFields columns={2}>
            <TextInput
              label={t("address.username")}
              autoComplete="off"
              spellCheck={false}
              {...form.getInputProps("username")}
            />
            <PasswordField
              label={t("address.password")}
              autoComplete="off"
              visibilityToggleButtonProps={{ "aria-label": t("address.show") }}
              {...form.getInputProps("password")}
            />
            <TextInput
              label={t("address.authSource")}
              placeholder="admin"
              autoComplete="off"
              spellCheck={false}
              {...form.getInputProps("authSource")}
            />
            <TextInput
              label={t("address.replicaSet")}
              placeholder="rs0"
              autoComplete="off"
              spellCheck={false}
              {...form.getInputProps("replicaSet")}
            />
          </FormFields>
          <Switch label={t("address.tls")} {...form.getInputProps("tls", { type: "checkbox" })} />
        </>
      )}
      {leavesUnencrypted(values) && (
        <Checkbox
          className={classes.insist}
          label={t("address.insecure")}
          description={t("address.insecureHint")}
          {...form.getInputProps("insecure", { type: "checkbox" })}
        />
      )}
      <FormFields columns={2}>
        <Select
          label={t("address.environment")}
          description={t("address.environmentHint")}
          data={ENVIRONMENTS.map((value) => ({ value, label: tf(`environment.${value}`) }))}
          {...form.getInputProps("environment")}
        />
        <TextInput
          label={t("address.database")}
          description={t("address.databaseHint")}
          placeholder={named ?? databaseOf(values.environment)}
          autoComplete="off"
          spellCheck={false}
          {...form.getInputProps("database")}
        />
      </FormFields>
    </FormFields>
  );
}
