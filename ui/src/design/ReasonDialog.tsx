/** Asks why before something is done to one or many: names what is meant, the button says the verb. */
import { Modal, Textarea } from "@mantine/core";
import { type ReactNode, useState } from "react";
import { useTranslation } from "react-i18next";
import { FormActions } from "./useBackendForm";

export interface ReasonQuestion {
  title: string;
  /** What follows from it. */
  body: ReactNode;
  /** The verb. Never "OK". */
  verb: string;
}

interface ReasonDialogProps {
  /** Null closes it. */
  question: ReasonQuestion | null;
  onReason: (reason: string) => void;
  onClose: () => void;
}

export function ReasonDialog({ question, onReason, onClose }: ReasonDialogProps) {
  return (
    <Modal opened={question !== null} onClose={onClose} title={question?.title} size={460}>
      {question && <Why question={question} onReason={onReason} onClose={onClose} />}
    </Modal>
  );
}

function Why({ question, onReason, onClose }: ReasonDialogProps & { question: ReasonQuestion }) {
  const { t } = useTranslation("design");
  const [reason, setReason] = useState("");
  const [missing, setMissing] = useState(false);
  return (
    <form
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (reason.trim() === "") setMissing(true);
        else onReason(reason.trim());
      }}
    >
      {question.body}
      <Textarea
        mt="md"
        label={t("reason.label")}
        error={missing && reason.trim() === "" ? t("reason.needed") : null}
        autosize
        minRows={2}
        maxLength={500}
        data-autofocus
        value={reason}
        onChange={(event) => setReason(event.currentTarget.value)}
      />
      <FormActions verb={question.verb} pending={false} cancel={t("confirm.cancel")} onCancel={onClose} />
    </form>
  );
}
