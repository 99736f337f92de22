/**
 * A form over a record that others change too. What they save appears in the fields nobody touched here; where
 * both changed the same, what was typed here stays and the field says so. Nothing is written over unseen: what
 * is saved carries the revision of what the form was compared with.
 */
import type { UseFormReturnType } from "@mantine/form";
import { useEffect, useEffectEvent, useRef } from "react";
import { useTranslation } from "react-i18next";
import { BackendError } from "@/backend/error";
import { mergeValues, valueAt } from "./mergeValues";

interface Revised<R> {
  /** Saves by `save`, called with the record the form stands on; `read` reads it anew when it was `stale`. */
  send: (save: (base: R) => Promise<R>, read: () => Promise<R>) => Promise<R>;
}

export function useRevised<R extends { rev: number }, V extends Record<string, unknown>>(
  form: UseFormReturnType<V>,
  record: R,
  toValues: (record: R) => V,
): Revised<R> {
  const { t } = useTranslation("design");
  const base = useRef(record);

  const stand = (fresh: R, values: V) => {
    base.current = fresh;
    form.setInitialValues(toValues(fresh));
    form.setValues(values);
  };

  const renew = useEffectEvent((fresh: R) => {
    if (fresh.rev === base.current.rev) return;
    const merged = mergeValues(toValues(base.current), form.getValues(), toValues(fresh));
    // a dispute is settled when it is saved: until then nothing under the hands of the person changes
    if (merged.disputed.length === 0) stand(fresh, merged.values);
  });
  useEffect(() => renew(record), [record]);

  const send: Revised<R>["send"] = async (save, read) => {
    const from = base.current;
    const sent = form.getValues();
    try {
      const saved = await save(from);
      // as the program keeps it, but for what was typed while it was sent
      stand(saved, mergeValues(sent, form.getValues(), toValues(saved)).values);
      return saved;
    } catch (thrown) {
      if (BackendError.from(thrown).code !== "stale") throw thrown;
      const theirs = await read();
      const merged = mergeValues(toValues(from), form.getValues(), toValues(theirs));
      stand(theirs, merged.values);
      if (merged.taken.length === 0 && merged.disputed.length === 0 && theirs.rev !== from.rev) {
        return send(save, read);
      }
      // after the refusal itself is shown
      const said = merged.disputed.map((path) => {
        const value = valueAt(toValues(theirs), path);
        const shown = typeof value === "string" || typeof value === "number" ? String(value) : "";
        return [path, shown ? t("form.theirs", { value: shown }) : t("form.theirsToo")];
      });
      form.setErrors(Object.fromEntries(said));
      throw thrown;
    }
  };
  return { send };
}
