/** What a row opens: beside the list, never over it while there is room, so that the list stays in use. */
import { ActionIcon } from "@mantine/core";
import { IconX } from "@tabler/icons-react";
import { type ReactNode, useEffect, useEffectEvent, useRef } from "react";
import { useTranslation } from "react-i18next";
import classes from "./SidePanel.module.css";

interface SidePanelProps {
  /** Accessible name: the name of the record. */
  label: string;
  onClose: () => void;
  /** Beside the close button: "Open page", for instance. */
  actions?: ReactNode;
  children: ReactNode;
  width?: "normal" | "wide";
}

const IN_FRONT = '[role="dialog"], [role="alertdialog"], [role="menu"], [role="listbox"]';

/** The choices of a select stand in the page, hidden, before they are opened. */
function isShown(element: Element): boolean {
  for (let at: Element | null = element; at; at = at.parentElement) {
    if (getComputedStyle(at).display === "none") return false;
  }
  return true;
}

const TYPED_INTO =
  "input:not([type=checkbox], [type=radio], [type=button]), textarea, [contenteditable=true]";

/** Escape closes it; Enter on the row that is already open moves the focus into it. */
export function SidePanel({ label, onClose, actions, children, width = "normal" }: SidePanelProps) {
  const { t } = useTranslation("design");
  const panel = useRef<HTMLElement>(null);
  const onKey = useEffectEvent((event: KeyboardEvent) => {
    // a dialog or menu in front of the panel takes its own Escape
    if (event.key !== "Escape" || event.defaultPrevented) return;
    if (Array.from(document.querySelectorAll(IN_FRONT)).some(isShown)) return;
    // out of the text first: a word half typed is not given up with the panel
    const typing = document.activeElement;
    if (typing instanceof HTMLElement && panel.current?.contains(typing) && typing.matches(TYPED_INTO)) {
      panel.current.focus();
      return;
    }
    onClose();
  });
  useEffect(() => {
    const listener = (event: KeyboardEvent) => onKey(event);
    window.addEventListener("keydown", listener);
    return () => window.removeEventListener("keydown", listener);
  }, []);
  return (
    <aside
      ref={panel}
      id="side-panel"
      className={classes.panel}
      data-width={width}
      aria-label={label}
      tabIndex={-1}
    >
      <div className={classes.bar}>
        {actions}
        <ActionIcon aria-label={t("panel.close")} onClick={onClose}>
          <IconX size={16} stroke={1.8} />
        </ActionIcon>
      </div>
      <div className={classes.body}>{children}</div>
    </aside>
  );
}
