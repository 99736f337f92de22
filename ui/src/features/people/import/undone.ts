/** What the way back of an import did, in one sentence. */
import type i18next from "i18next";
import type { UndoOutcome } from "@/bindings/UndoOutcome";

export function undone(t: typeof i18next.t, { removed, kept }: UndoOutcome): string {
  return kept.length === 0
    ? t("people:import.undoneAll", { count: removed })
    : t("people:import.undone", { count: removed, kept: kept.length });
}
