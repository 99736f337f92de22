/** Verbs behind one button. */
import { Button, Menu } from "@mantine/core";
import { IconChevronDown } from "@tabler/icons-react";
import type { ReactNode } from "react";

/** A menu of verbs at the end of a `FilterBar` or header. */
export function VerbMenu({
  label,
  busy = false,
  children,
}: {
  label: ReactNode;
  /** One of the verbs is under way: none can be chosen. */
  busy?: boolean;
  children: ReactNode;
}) {
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button
          variant="default"
          loading={busy}
          rightSection={<IconChevronDown size={13} stroke={1.8} aria-hidden="true" />}
        >
          {label}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>{children}</Menu.Dropdown>
    </Menu>
  );
}
