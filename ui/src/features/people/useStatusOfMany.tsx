/** Activating, deactivating and suspending the selected people: the question, what came of it, and the way back. */
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useSetPeopleStatus } from "@/backend/queries/people";
import type { PersonRowDto } from "@/bindings/PersonRowDto";
import type { UserStatus } from "@/bindings/UserStatus";
import {
  type Outcome,
  OutcomeDialog,
  ReasonDialog,
  type ReasonQuestion,
  type Selection,
  toast,
  useConfirm,
} from "@/design";
import { type Sentence, say } from "@/i18n/spoken";

type People = Selection<PersonRowDto>;

/** Who had which status before, without those it was not changed of. */
export function formerly(
  rows: readonly PersonRowDto[],
  refused: ReadonlySet<string>,
  status: UserStatus,
): Map<UserStatus, string[]> {
  const groups = new Map<UserStatus, string[]>();
  for (const row of rows) {
    if (refused.has(row.id) || row.status === status) continue;
    groups.set(row.status, [...(groups.get(row.status) ?? []), row.id]);
  }
  return groups;
}

export function useStatusOfMany() {
  const { t } = useTranslation("people");
  const confirm = useConfirm();
  const { mutateAsync, isPending } = useSetPeopleStatus();
  const [suspending, setSuspending] = useState<{ people: People; question: ReasonQuestion } | null>(null);
  const [outcome, setOutcome] = useState<Outcome | null>(null);

  const change = async (people: People, status: UserStatus, reason: string | null) => {
    try {
      const { done, refused } = await mutateAsync({ ids: people.keys, status, reason });
      people.clear();
      const before = formerly(people.rows, new Set(refused.map((one) => one.id)), status);
      const undo = async () => {
        try {
          for (const [former, ids] of before) await mutateAsync({ ids, status: former, reason: null });
          toast.done((t) => t("people:bulk.undone", { count: done }));
        } catch (problem) {
          toast.problem(problem);
        }
      };
      // somebody who was suspended was so for a reason, and nobody has it any more
      const mayUndo = before.size > 0 && !before.has("suspended");
      const told: Sentence = (t) => t("people:bulk.done", { count: done });
      if (refused.length > 0) setOutcome({ done: say(told), refused, undo: mayUndo ? undo : undefined });
      else toast.done(told, mayUndo ? { undo } : {});
    } catch (problem) {
      toast.problem(problem);
    }
  };

  const ask = async (people: People, status: UserStatus) => {
    const count = people.keys.length;
    if (status === "suspended") {
      setSuspending({
        people,
        question: {
          title: t("bulk.suspendedTitle", { count }),
          body: <p>{t("bulk.suspendedBody")}</p>,
          verb: t("bulk.suspended"),
        },
      });
      return;
    }
    if (status === "inactive") {
      const sure = await confirm({
        title: t("bulk.inactiveTitle", { count }),
        body: t("bulk.inactiveBody"),
        verb: t("bulk.inactive"),
      });
      if (!sure) return;
    }
    await change(people, status, null);
  };

  return {
    ask,
    pending: isPending,
    dialogs: (
      <>
        <ReasonDialog
          question={suspending?.question ?? null}
          onClose={() => setSuspending(null)}
          onReason={(reason) => {
            if (suspending) void change(suspending.people, "suspended", reason);
            setSuspending(null);
          }}
        />
        <OutcomeDialog outcome={outcome} onClose={() => setOutcome(null)} />
      </>
    ),
  };
}
