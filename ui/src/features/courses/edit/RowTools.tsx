/** Up, down, away: for one row of a list in a form. */
import { ActionIcon } from "@mantine/core";
import { IconArrowDown, IconArrowUp, IconX } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import classes from "../courses.module.css";

interface RowToolsProps {
  /** What the row is called, for the buttons' names. */
  name: string;
  first: boolean;
  last: boolean;
  onUp: () => void;
  onDown: () => void;
  onRemove: () => void;
}

export function RowTools({ name, first, last, onUp, onDown, onRemove }: RowToolsProps) {
  const { t } = useTranslation("courses");
  return (
    <span className={classes.tools}>
      <ActionIcon disabled={first} aria-label={t("row.up", { name })} onClick={onUp}>
        <IconArrowUp size={14} stroke={1.7} />
      </ActionIcon>
      <ActionIcon disabled={last} aria-label={t("row.down", { name })} onClick={onDown}>
        <IconArrowDown size={14} stroke={1.7} />
      </ActionIcon>
      <ActionIcon aria-label={t("row.remove", { name })} onClick={onRemove}>
        <IconX size={14} stroke={1.7} />
      </ActionIcon>
    </span>
  );
}
