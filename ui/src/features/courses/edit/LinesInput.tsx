/** A list of short lines: add with Enter, remove with Backspace on an empty one, move with Alt+↑/↓ or the buttons. */
import { Button, Input, TextInput } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { type KeyboardEvent, type ReactNode, useId, useLayoutEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import classes from "../courses.module.css";
import { moved } from "./courseForm";
import { RowTools } from "./RowTools";

interface LinesInputProps {
  label: string;
  description?: string;
  value: string[];
  onChange: (lines: string[]) => void;
  error?: ReactNode;
  add: string;
  /** Where the form looks for the input of this field. */
  "data-path"?: string;
}

export function LinesInput({ label, description, value, onChange, error, add, ...props }: LinesInputProps) {
  const { t } = useTranslation("courses");
  const id = useId();
  const inputs = useRef<(HTMLInputElement | null)[]>([]);
  const wanted = useRef<number | null>(null);
  useLayoutEffect(() => {
    if (wanted.current === null) return;
    inputs.current[wanted.current]?.focus();
    wanted.current = null;
  });
  const change = (lines: string[], focus: number) => {
    wanted.current = focus;
    onChange(lines);
  };
  const insert = (at: number) => change([...value.slice(0, at), "", ...value.slice(at)], at);
  const remove = (at: number) =>
    change(
      value.filter((_, i) => i !== at),
      Math.max(0, at - 1),
    );
  const move = (from: number, to: number) => {
    if (to >= 0 && to < value.length) change(moved(value, from, to), to);
  };
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>, at: number) => {
    if (event.nativeEvent.isComposing) return;
    if (event.key === "Enter" && !event.ctrlKey && !event.metaKey) insert(at + 1);
    else if (event.key === "Backspace" && value[at] === "") remove(at);
    else if (event.altKey && event.key === "ArrowUp") move(at, at - 1);
    else if (event.altKey && event.key === "ArrowDown") move(at, at + 1);
    else return;
    event.preventDefault();
  };
  return (
    <Input.Wrapper
      label={label}
      description={description}
      error={error}
      labelElement="div"
      labelProps={{ id }}
      role="group"
      aria-labelledby={id}
    >
      <ol className={classes.lines}>
        {value.map((line, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a line is its place
          <li key={i}>
            <TextInput
              {...(i === 0 ? props : {})}
              ref={(input) => {
                inputs.current[i] = input;
              }}
              aria-label={t("lines.line", { label, number: i + 1 })}
              maxLength={500}
              value={line}
              onChange={(event) => {
                const next = [...value];
                next[i] = event.currentTarget.value;
                onChange(next);
              }}
              onKeyDown={(event) => onKeyDown(event, i)}
            />
            <RowTools
              name={line || t("lines.empty", { number: i + 1 })}
              first={i === 0}
              last={i === value.length - 1}
              onUp={() => move(i, i - 1)}
              onDown={() => move(i, i + 1)}
              onRemove={() => remove(i)}
            />
          </li>
        ))}
      </ol>
      <Button
        size="xs"
        variant="subtle"
        leftSection={<IconPlus size={14} stroke={1.8} />}
        onClick={() => insert(value.length)}
      >
        {add}
      </Button>
    </Input.Wrapper>
  );
}
