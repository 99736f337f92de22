/**
 * Forms over the backend: checks what the window can know, sends, and puts the refusal where it belongs: at
 * the field the backend names, which gets the focus, or above the buttons. What was typed always stays.
 */
import { Button } from "@mantine/core";
import { type FormErrors, type UseFormInput, type UseFormReturnType, useForm } from "@mantine/form";
import { type FormEvent, type ReactNode, useEffect, useEffectEvent, useState } from "react";
import { useTranslation } from "react-i18next";
import { BackendError } from "@/backend/error";
import { heldAt, hold, release } from "@/backend/held";
import { showField } from "./fieldsInView";
import { ErrorSentence } from "./Said";
import classes from "./useBackendForm.module.css";

interface BackendFormInput<Values, Answer> extends Omit<UseFormInput<Values>, "mode"> {
  /** Calls the command; usually a mutation's `mutateAsync`. */
  submit: (values: Values) => Promise<Answer>;
  onDone?: (answer: Answer, values: Values) => void;
  /** Backend field → form path, where they differ; by the values where an input is not always shown. */
  fields?: Record<string, string> | ((values: Values) => Record<string, string>);
  /** Names the record: what was typed is there again after the window was locked. Never for a form of secrets alone. */
  draft?: string;
  /** Fields that are never held: passwords, codes. */
  secrets?: readonly (keyof Values & string)[];
}

export interface BackendForm<Values> {
  form: UseFormReturnType<Values>;
  pending: boolean;
  /** A refusal without a field of this form: show with `<FormProblem>`. */
  problem: BackendError | null;
  /** Spread on `<form>`. */
  formProps: { onSubmit: (event: FormEvent<HTMLFormElement>) => void; noValidate: true };
}

/** The path of the form a backend field stands for, or null when the form has no such input. */
export function fieldPath(
  field: string | undefined,
  values: Record<string, unknown>,
  fields: Record<string, string> = {},
): string | null {
  if (!field) return null;
  const mapped = fields[field];
  if (mapped) return mapped;
  const camel = field.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
  for (const path of [field, camel, camel.split(".").at(-1) ?? camel]) {
    if ((path.split(".")[0] ?? "") in values) return path;
  }
  return null;
}

export function useBackendForm<Values extends Record<string, unknown>, Answer>({
  submit,
  onDone,
  fields,
  draft,
  secrets = [],
  ...input
}: BackendFormInput<Values, Answer>): BackendForm<Values> {
  const form = useForm<Values>({ mode: "controlled", ...input });
  const [pending, setPending] = useState(false);
  const [problem, setProblem] = useState<BackendError | null>(null);
  useDraft(form, draft, secrets);

  const focus = (path: string) => {
    // after React has drawn the error, so that it is read together with the field
    requestAnimationFrame(() => {
      const field = form.getInputNode(path);
      if (!field) return;
      field.focus();
      // it may have had the focus all along
      showField(field);
    });
  };

  const send = form.onSubmit(
    async (values) => {
      if (pending) return;
      setPending(true);
      setProblem(null);
      try {
        const answer = await submit(values);
        onDone?.(answer, values);
      } catch (thrown) {
        const error = BackendError.from(thrown);
        const path = fieldPath(error.field, values, typeof fields === "function" ? fields(values) : fields);
        if (path) {
          form.setFieldError(path, <ErrorSentence error={error} />);
          focus(path);
        } else {
          setProblem(error);
        }
      } finally {
        setPending(false);
      }
    },
    (errors: FormErrors) => {
      const first = Object.keys(errors)[0];
      if (first) focus(first);
    },
  );

  return {
    form,
    pending,
    problem,
    formProps: { onSubmit: (event) => void send(event), noValidate: true },
  };
}

/** Holds what was typed while the window is locked, and puts it back. */
function useDraft<Values extends Record<string, unknown>>(
  form: UseFormReturnType<Values>,
  draft: string | undefined,
  secrets: readonly string[],
): void {
  const key = draft && `form ${draft}`;
  const [typed] = useState(() => (key ? heldAt<Partial<Values>>(key) : undefined));
  const onOpen = useEffectEvent(() => {
    if (key) release(key);
    if (typed) form.setValues(typed);
  });
  const onLeave = useEffectEvent(() => {
    if (!key || !form.isDirty()) return;
    hold(
      key,
      Object.fromEntries(Object.entries(form.getValues()).filter(([name]) => !secrets.includes(name))),
    );
  });
  useEffect(() => {
    onOpen();
    return () => onLeave();
  }, []);
}

/**
 * A refusal that concerns the whole form. Nothing when there is none. `saves={false}` where the form keeps
 * nothing (signing in, trying a connection): then the refusal speaks for itself.
 */
export function FormProblem({ problem, saves = true }: { problem: BackendError | null; saves?: boolean }) {
  const { t } = useTranslation("design");
  if (!problem) return null;
  return (
    <div className={classes.problem} role="alert">
      {saves && <strong>{t("form.problem")}</strong>} <ErrorSentence error={problem} />
    </div>
  );
}

/** The end of a form: the verb, and a way out. */
export function FormActions({
  verb,
  pending,
  danger = false,
  wide = false,
  cancel,
  onCancel,
  children,
}: {
  /** "Record payment", never "Submit". */
  verb: string;
  pending: boolean;
  /** What it does cannot be taken back. */
  danger?: boolean;
  /** The verb takes the whole width, as on the screens before one is signed in. */
  wide?: boolean;
  cancel?: string;
  onCancel?: () => void;
  children?: ReactNode;
}) {
  return (
    <div className={classes.actions}>
      {children}
      {cancel && (
        <Button variant="default" onClick={onCancel} type="button">
          {cancel}
        </Button>
      )}
      <Button type="submit" loading={pending} fullWidth={wide} color={danger ? "red" : undefined}>
        {verb}
      </Button>
    </div>
  );
}

/** Fields under each other with even gaps; `columns={2}` puts pairs side by side where there is room. */
export function FormFields({ children, columns = 1 }: { children: ReactNode; columns?: 1 | 2 }) {
  return (
    <div className={classes.fields} data-columns={columns}>
      {children}
    </div>
  );
}
