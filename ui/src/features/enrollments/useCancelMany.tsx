/** Cancelling the selected enrollments, one by one: why, how far it is, Cancel, and which were refused. */
import { Modal } from "@mantine/core";
import { useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { BackendError } from "@/backend/error";
import { useCancelEnrollmentNow } from "@/backend/queries/enrollments";
import type { EnrollmentRowDto } from "@/bindings/EnrollmentRowDto";
import type { RefusedOne } from "@/bindings/RefusedOne";
import { type Outcome, OutcomeDialog, ProgressPanel, ReasonDialog, type Selection, toast } from "@/design";
import { type Sentence, say } from "@/i18n/spoken";

type Enrollments = Selection<EnrollmentRowDto>;

export function useCancelMany() {
  const { t } = useTranslation("enrollments");
  const { cancel, settle } = useCancelEnrollmentNow();
  const [asked, setAsked] = useState<Enrollments | null>(null);
  const [running, setRunning] = useState<{ at: number; of: number; note: string } | null>(null);
  const [outcome, setOutcome] = useState<Outcome | null>(null);
  const stop = useRef(false);

  const run = async ({ rows, clear }: Enrollments, reason: string) => {
    stop.current = false;
    let done = 0;
    const refused: RefusedOne[] = [];
    for (const [at, row] of rows.entries()) {
      if (stop.current) break;
      const label = t("list.rowName", { student: row.student.name, course: row.course.title });
      setRunning({ at, of: rows.length, note: label });
      try {
        await cancel(row.id, reason);
        done += 1;
      } catch (thrown) {
        const { code, message } = BackendError.from(thrown);
        refused.push({ id: row.id, label, code: code as RefusedOne["code"], message });
      }
    }
    setRunning(null);
    clear();
    const left = rows.length - done - refused.length;
    const told: Sentence = (t) => {
      const cancelled = t("enrollments:bulk.cancelled", { count: done });
      return left > 0 ? `${cancelled} ${t("enrollments:bulk.left", { count: left })}` : cancelled;
    };
    if (refused.length > 0) setOutcome({ done: say(told), refused });
    else toast.done(told);
    await settle();
  };

  const count = asked?.keys.length ?? 0;
  return {
    ask: setAsked,
    dialogs: (
      <>
        <ReasonDialog
          question={
            asked && {
              title: t("bulk.cancelTitle", { count }),
              body: <p>{t("cancel.body")}</p>,
              verb: t("bulk.cancelVerb", { count }),
            }
          }
          onClose={() => setAsked(null)}
          onReason={(reason) => {
            if (asked) void run(asked, reason);
            setAsked(null);
          }}
        />
        <Modal
          opened={running !== null}
          onClose={() => undefined}
          withCloseButton={false}
          closeOnClickOutside={false}
          closeOnEscape={false}
          title={t("bulk.cancelling")}
          size={460}
        >
          {running && (
            <ProgressPanel
              title={t("bulk.cancelling")}
              done={running.at}
              total={running.of}
              note={running.note}
              onCancel={() => {
                stop.current = true;
              }}
            />
          )}
        </Modal>
        <OutcomeDialog outcome={outcome} onClose={() => setOutcome(null)} />
      </>
    ),
  };
}
