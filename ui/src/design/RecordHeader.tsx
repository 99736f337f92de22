/** The same head on every person, course, enrollment and payment: name, status, two facts, the verbs. */
import { ActionIcon, Menu } from "@mantine/core";
import { IconDots } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { BackLink } from "./BackLink";
import classes from "./headers.module.css";

interface RecordHeaderProps {
  title: ReactNode;
  /** A `StatusDot`. */
  status?: ReactNode;
  /** The two facts that matter. */
  facts?: { label: string; value: ReactNode }[];
  /** Visible verbs; the primary one last. */
  actions?: ReactNode;
  /** `Menu.Item`s behind the three dots; destructive ones `color="red"`. */
  more?: ReactNode;
  /** A `BackToList` or `TextLink` to where the record was found. */
  back?: ReactNode;
  /** A `Walk` through the list it was opened from. */
  walk?: ReactNode;
  /** `h1` on a page, `h2` inside a side panel. */
  level?: 1 | 2;
}

export function RecordHeader(props: RecordHeaderProps) {
  const { title, status, facts, actions, more, back, walk, level = 1 } = props;
  const { t } = useTranslation("design");
  const Title = level === 1 ? "h1" : "h2";
  return (
    <header className={classes.record} data-level={level}>
      {back && (
        <div className={classes.way}>
          <BackLink>{back}</BackLink>
          {walk}
        </div>
      )}
      <div className={classes.head}>
        <div className={classes.text}>
          <div className={classes.nameLine}>
            <Title className={classes.title}>{title}</Title>
            {status}
          </div>
          {facts && facts.length > 0 && (
            <dl className={classes.facts}>
              {facts.map((fact) => (
                <div key={fact.label}>
                  <dt>{fact.label}</dt>
                  <dd>{fact.value}</dd>
                </div>
              ))}
            </dl>
          )}
        </div>
        {(actions || more) && (
          <div className={classes.actions}>
            {actions}
            {more && (
              <Menu position="bottom-end" width={220}>
                <Menu.Target>
                  <ActionIcon variant="default" size={level === 1 ? 30 : 26} aria-label={t("record.more")}>
                    <IconDots size={16} stroke={1.8} />
                  </ActionIcon>
                </Menu.Target>
                <Menu.Dropdown>{more}</Menu.Dropdown>
              </Menu>
            )}
          </div>
        )}
      </div>
    </header>
  );
}
