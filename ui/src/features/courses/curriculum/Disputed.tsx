/** Somebody else saved the outline while it was edited here: what to do about it. */
import { Button } from "@mantine/core";
import { useTranslation } from "react-i18next";
import { useConfirm } from "@/design";
import classes from "./curriculum.module.css";

interface DisputedProps {
  /** Of the course. */
  title: string;
  onTheirs: () => void;
  onTogether: () => void;
}

export function Disputed({ title, onTheirs, onTogether }: DisputedProps) {
  const { t } = useTranslation("courses");
  const confirm = useConfirm();
  const letGo = async () => {
    const question = {
      title: t("conflict.letGoTitle", { title }),
      body: t("conflict.letGoBody"),
      verb: t("conflict.takeTheirs"),
    };
    if (await confirm(question)) onTheirs();
  };
  return (
    <div className={classes.conflict} role="alert">
      <div>
        <h2>{t("conflict.title")}</h2>
        <p>{t("conflict.body")}</p>
      </div>
      <div className={classes.conflictVerbs}>
        <Button variant="default" onClick={() => void letGo()}>
          {t("conflict.takeTheirs")}
        </Button>
        <Button onClick={onTogether}>{t("conflict.together")}</Button>
      </div>
    </div>
  );
}
