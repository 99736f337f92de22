/** The text of a `FilterBar`: sent when typing pauses; Escape empties it at once. */
import { CloseButton, TextInput } from "@mantine/core";
import { useDebouncedCallback } from "@mantine/hooks";
import { IconSearch } from "@tabler/icons-react";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import classes from "./FilterBar.module.css";

export function SearchField({
  label,
  value,
  onChange,
}: {
  label: string;
  value: string;
  onChange: (q: string) => void;
}) {
  const { t } = useTranslation("design");
  const [text, setText] = useState(value);
  const sent = useRef(value);
  const send = useDebouncedCallback((next: string) => {
    sent.current = next;
    onChange(next);
  }, 160);
  /** At once, and nothing that was on its way comes after it. */
  const empty = () => {
    send.cancel();
    setText("");
    sent.current = "";
    onChange("");
  };
  // the address changed by itself: a saved view, "clear", the back button
  useEffect(() => {
    if (value !== sent.current) {
      send.cancel();
      sent.current = value;
      setText(value);
    }
  }, [value, send]);
  return (
    <TextInput
      className={classes.search}
      type="search"
      size="xs"
      value={text}
      placeholder={label}
      aria-label={label}
      leftSection={<IconSearch size={14} stroke={1.7} aria-hidden="true" />}
      rightSection={
        text !== "" && <CloseButton size="xs" aria-label={t("filter.clearSearch")} onClick={empty} />
      }
      onChange={(event) => {
        setText(event.currentTarget.value);
        send(event.currentTarget.value.trim());
      }}
      onKeyDown={(event) => {
        if (event.key === "Escape" && text !== "") {
          event.stopPropagation();
          empty();
        }
      }}
    />
  );
}
