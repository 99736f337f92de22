/** Queued change sets in the words of the timeline, and what can be done with them. */
import { Button, Modal, Textarea } from "@mantine/core";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useExportQueued, useQueueVerb } from "@/backend/queries/server";
import { useSession } from "@/backend/queries/session";
import type { QueueRow } from "@/bindings/QueueRow";
import { ErrorSentence, FormProblem, ToneDot, toast, useBackendForm, When } from "@/design";
import { RecordLink } from "@/features/history/RecordLink";
import { fieldName, verbSentence } from "@/features/history/sentences";
import { QUEUE_TONES, type QueueVerb, queueVerbs } from "./queue";
import classes from "./sync.module.css";

const VARIANTS: Record<QueueVerb, string> = {
  retry: "default",
  discard: "outline",
  void: "outline",
  export: "subtle",
};

interface Asked {
  row: QueueRow;
  verb: "discard" | "void";
}

export function Queue({ rows }: { rows: readonly QueueRow[] }) {
  const { t } = useTranslation("server");
  const [asked, setAsked] = useState<Asked | null>(null);
  const done = () => setAsked(null);
  return (
    <>
      <ul className={classes.queue}>
        {rows.map((row) => (
          <li key={row.op}>
            <Row row={row} onAsk={(verb) => setAsked({ row, verb })} />
          </li>
        ))}
      </ul>
      <Modal opened={asked !== null} onClose={done} title={asked ? t(`${asked.verb}.title`) : ""}>
        {asked && <GiveUp {...asked} onDone={done} />}
      </Modal>
    </>
  );
}

function Row({ row, onAsk }: { row: QueueRow; onAsk: (verb: Asked["verb"]) => void }) {
  const { t } = useTranslation("server");
  // the sentence is made with these words
  useTranslation("history");
  const role = useSession()?.role;
  const retry = useQueueVerb("queue_retry");
  const save = useExportQueued();
  const records = row.subjects.filter((one) => one.label);
  const sentence = verbSentence(row.verb, row.detail);
  const run = {
    retry: () => retry.mutate({ op: row.op }, { onError: toast.problem }),
    discard: () => onAsk("discard"),
    void: () => onAsk("void"),
    export: () =>
      save.mutate(row.op, {
        onError: toast.problem,
        onSuccess: (file) => toast.done((t) => t("server:queue.exported", { path: file.path })),
      }),
  };
  return (
    <article className={classes.row} aria-label={sentence}>
      <div className={classes.what}>
        <p className={classes.sentence}>{sentence}</p>
        <p className={classes.meta}>
          {records.map((one) => (
            <span key={`${one.collection} ${one.id}`}>
              <RecordLink collection={one.collection} id={one.id}>
                {one.label}
              </RecordLink>
            </span>
          ))}
          <span>{row.actor}</span>
          <When at={row.at} />
        </p>
        {row.reason && (
          <p className={classes.reason}>
            {row.reason.field && <strong>{fieldName(row.reason.field)}: </strong>}
            <ErrorSentence error={row.reason} />
          </p>
        )}
      </div>
      <div className={classes.standing}>
        <ToneDot tone={QUEUE_TONES[row.state]} hollow={row.state === "blocked"}>
          {t(`queue.state.${row.state}`)}
        </ToneDot>
        {row.attempts > 0 && (
          <span className={classes.dim}>{t("queue.attempts", { count: row.attempts })}</span>
        )}
        {row.nextAt && row.state === "waiting" && (
          <span className={classes.dim}>
            {t("queue.next")} <When at={row.nextAt} />
          </span>
        )}
      </div>
      <div className={classes.verbs}>
        {queueVerbs(row, role).map((verb) => (
          <Button
            key={verb}
            size="xs"
            variant={VARIANTS[verb]}
            {...(verb === "discard" || verb === "void" ? { color: "red" } : {})}
            loading={(verb === "retry" && retry.isPending) || (verb === "export" && save.isPending)}
            onClick={run[verb]}
          >
            {t(`queue.verb.${verb}`)}
          </Button>
        ))}
      </div>
    </article>
  );
}

/** Giving a change up for good: what is lost is named, and a reason is kept. */
function GiveUp({ row, verb, onDone }: Asked & { onDone: () => void }) {
  const { t } = useTranslation("server");
  const give = useQueueVerb(verb === "void" ? "queue_void" : "queue_discard");
  const { form, formProps, pending, problem } = useBackendForm({
    initialValues: { reason: "" },
    validate: { reason: (v) => (v.trim() ? null : t("needed.reason")) },
    submit: (values) => give.mutateAsync({ op: row.op, reason: values.reason.trim() }),
    onDone: () => {
      toast.done((t) => t(`server:${verb}.done`));
      onDone();
    },
  });
  const about = row.subjects.flatMap((one) => one.label ?? []).join(" · ");
  return (
    <form {...formProps}>
      <div className={classes.lost}>
        <p className={classes.sentence}>{verbSentence(row.verb, row.detail)}</p>
        <p className={classes.dim}>
          {about && `${about} · `}
          {row.actor} · <When at={row.at} format="exact" />
        </p>
      </div>
      <p className={classes.hint}>{t(`${verb}.body`)}</p>
      <Textarea
        label={t("needed.reasonLabel")}
        autosize
        minRows={2}
        maxLength={500}
        data-autofocus
        {...form.getInputProps("reason")}
      />
      <FormProblem problem={problem} />
      <div className={classes.ending}>
        <Button variant="default" onClick={onDone}>
          {t(`${verb}.keep`)}
        </Button>
        <Button type="submit" color="red" loading={pending}>
          {t(`${verb}.verb`)}
        </Button>
      </div>
    </form>
  );
}
