/** A filled local workspace is given a server: the address, what would be uploaded, and only then the upload. */
import { Button } from "@mantine/core";
import { IconChevronLeft } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useAttachPreview, useAttachServer } from "@/backend/queries/server";
import type { AttachPreview } from "@/bindings/AttachPreview";
import type { ServerAddress } from "@/bindings/ServerAddress";
import {
  ErrorState,
  FormActions,
  FormProblem,
  Page,
  PageHeader,
  Said,
  Section,
  toast,
  useConfirm,
} from "@/design";
import { RecordLink } from "@/features/history/RecordLink";
import { AddressFields } from "../connect/AddressFields";
import { Probed } from "../connect/Probed";
import { Stages, useStages } from "../connect/Stages";
import { useAddressForm } from "../connect/useAddressForm";
import { Offending } from "../Offending";
import tables from "../tables.module.css";
import { collectionKey } from "../words";
import classes from "./server.module.css";

interface Previewed {
  address: ServerAddress;
  preview: AttachPreview;
}

export function Attach() {
  const { t, i18n } = useTranslation("server");
  const [task] = useState(() => crypto.randomUUID());
  const [previewed, setPreviewed] = useState<Previewed | null>(null);
  const { stages, restart } = useStages(task);
  const confirm = useConfirm();
  const look = useAttachPreview();
  const attach = useAttachServer();
  const form = useAddressForm({
    submit: (address) => look.mutateAsync({ address, task }),
    onDone: (preview, address) => setPreviewed({ address, preview }),
  });
  const count = (n: number) => n.toLocaleString(i18n.language);
  const total = previewed?.preview.uploads.reduce((sum, one) => sum + one.count, 0) ?? 0;

  const upload = async () => {
    if (!previewed) return;
    const { probe } = previewed.preview;
    const sure = await confirm({
      title: t("attach.confirmTitle", { records: count(total), database: probe.database }),
      body: t("attach.confirmBody", { address: probe.address }),
      verb: t("attach.verb"),
      danger: false,
    });
    if (!sure) return;
    restart();
    attach.mutate(
      { address: previewed.address, task },
      { onSuccess: () => toast.done((t) => t("server:attach.done")) },
    );
  };

  if (attach.isPending) {
    return (
      <Page width="narrow">
        <PageHeader title={t("attach.working")} subtitle={t("attach.workingLead")} />
        <div className={classes.after}>
          <Stages title={previewed?.preview.probe.address ?? ""} task={task} stages={stages} />
        </div>
      </Page>
    );
  }
  return (
    <Page width="narrow">
      <PageHeader title={t("health.title")} subtitle={t("attach.lead")} />
      {previewed ? (
        <>
          <Button
            variant="subtle"
            size="xs"
            className={classes.back}
            leftSection={<IconChevronLeft size={14} />}
            onClick={() => {
              attach.reset();
              setPreviewed(null);
            }}
          >
            {t("connect.otherAddress")}
          </Button>
          <Probed probe={previewed.preview.probe} attaching />
          {previewed.preview.probe.offendingTotal > 0 && (
            <Section title={t("offending.title")}>
              <Offending
                rows={previewed.preview.probe.offending}
                total={previewed.preview.probe.offendingTotal}
              />
            </Section>
          )}
          <Uploads preview={previewed.preview} total={total} />
          <Obstacles preview={previewed.preview} />
          {attach.isError && <ErrorState title={t("attach.failed")} error={attach.error} />}
          <div className={classes.verbs}>
            <Button disabled={previewed.preview.obstacles.length > 0} onClick={() => void upload()}>
              {total > 0 ? t("attach.verbCount", { records: count(total) }) : t("attach.verb")}
            </Button>
          </div>
        </>
      ) : (
        <>
          <ul className={classes.gains}>
            {(["together", "offline", "money", "back"] as const).map((gain) => (
              <li key={gain}>
                <strong>{t(`attach.gain.${gain}`)}</strong>
                {t(`attach.gain.${gain}Body`)}
              </li>
            ))}
          </ul>
          <Section title={t("attach.address")}>
            <form {...form.formProps}>
              <AddressFields form={form.form} />
              <FormProblem problem={form.problem} saves={false} />
              <FormActions verb={t("attach.preview")} pending={form.pending} />
            </form>
          </Section>
        </>
      )}
    </Page>
  );
}

function Uploads({ preview, total }: { preview: AttachPreview; total: number }) {
  const { t, i18n } = useTranslation("server");
  const count = (n: number) => n.toLocaleString(i18n.language);
  return (
    <Section title={t("attach.uploads")}>
      {total === 0 ? (
        <p className={tables.lead}>{t("attach.nothing")}</p>
      ) : (
        <table className={tables.table}>
          <tbody>
            {preview.uploads
              .filter((one) => one.count > 0)
              .map((one) => (
                <tr key={one.collection}>
                  <th scope="row">{t(collectionKey(one.collection), one.collection)}</th>
                  <td className={tables.end}>{count(one.count)}</td>
                </tr>
              ))}
          </tbody>
        </table>
      )}
      {preview.already > 0 && (
        <p className={classes.note}>
          {t("attach.already", { count: preview.already, shown: count(preview.already) })}
        </p>
      )}
    </Section>
  );
}

function Obstacles({ preview }: { preview: AttachPreview }) {
  const { t } = useTranslation("server");
  if (preview.obstacles.length === 0) return null;
  return (
    <Section title={t("attach.obstacles", { count: preview.obstacles.length })}>
      <p className={tables.lead}>{t("attach.obstaclesLead")}</p>
      <ul className={tables.lines}>
        {preview.obstacles.map((one) => (
          <li key={`${one.kind} ${one.record?.id ?? ""} ${one.message}`}>
            <Said>{one.message}</Said>{" "}
            {one.record && (
              <RecordLink collection={one.record.collection} id={one.record.id}>
                {one.record.label ?? t("attach.open")}
              </RecordLink>
            )}
          </li>
        ))}
      </ul>
    </Section>
  );
}
