/** Asks once before something is taken away: names the thing, the button says the verb. */
import { Button, Modal } from "@mantine/core";
import { createContext, type ReactNode, use, useCallback, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import classes from "./ConfirmDialog.module.css";

export interface Question {
  /** "Cancel the enrollment of Ada Lovelace?" */
  title: string;
  /** What follows from it, in a sentence. */
  body?: ReactNode;
  /** The verb: "Cancel enrollment". Never "OK". */
  verb: string;
  /** Red button. Default true: one asks only before something is lost. */
  danger?: boolean;
}

type Ask = (question: Question) => Promise<boolean>;

const AskContext = createContext<Ask | null>(null);

/** `const confirm = useConfirm(); if (await confirm({ title, verb })) …` */
export function useConfirm(): Ask {
  const ask = use(AskContext);
  if (!ask) throw new Error("useConfirm needs <Providers>");
  return ask;
}

export function ConfirmHost({ children }: { children: ReactNode }) {
  const { t } = useTranslation("design");
  const [question, setQuestion] = useState<Question | null>(null);
  const [open, setOpen] = useState(false);
  const answer = useRef<(yes: boolean) => void>(undefined);

  const ask = useCallback<Ask>((next) => {
    answer.current?.(false);
    setQuestion(next);
    setOpen(true);
    return new Promise((resolve) => {
      answer.current = resolve;
    });
  }, []);
  const settle = (yes: boolean) => {
    setOpen(false);
    answer.current?.(yes);
    answer.current = undefined;
  };
  const value = useMemo(() => ask, [ask]);

  return (
    <AskContext value={value}>
      {children}
      <Modal
        opened={open}
        onClose={() => settle(false)}
        title={question?.title}
        withCloseButton={false}
        size={440}
      >
        {question?.body && <div className={classes.body}>{question.body}</div>}
        <div className={classes.actions}>
          <Button variant="default" onClick={() => settle(false)} data-autofocus>
            {t("confirm.cancel")}
          </Button>
          <Button color={question?.danger === false ? "ink" : "red"} onClick={() => settle(true)}>
            {question?.verb}
          </Button>
        </div>
      </Modal>
    </AskContext>
  );
}
