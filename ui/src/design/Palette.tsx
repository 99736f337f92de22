/** The palette behind Ctrl+K: go to, find, do. Asks its sources while one types; the newest answer wins. */
import { createSpotlight, Spotlight } from "@mantine/spotlight";
import { IconSearch } from "@tabler/icons-react";
import { useEffect, useState } from "react";
import classes from "./Palette.module.css";

export interface PaletteItem {
  id: string;
  label: string;
  /** A second, quieter line: an email, a course's category. */
  detail?: string;
  /** What to do; or `to`, an address of the window such as `/people?open=…`. */
  run?: () => void;
  to?: string;
}

export interface PaletteSource {
  id: string;
  /** Heading of the group, in the person's language; a function when it must be read late. */
  label: string | (() => string);
  /** Roles the source is for; absent means everybody. */
  roles?: readonly ("student" | "instructor" | "finance" | "admin")[];
  /** Shown before anything is typed. */
  showEmpty?: boolean;
  /** At most a handful of items for a query. `signal` aborts when the query moved on. */
  search: (query: string, signal: AbortSignal) => Promise<PaletteItem[]>;
}

const [store, actions] = createSpotlight();
export const openPalette = actions.open;

interface Group {
  id: string;
  label: string;
  items: PaletteItem[];
}

interface PaletteProps {
  sources: readonly PaletteSource[];
  placeholder: string;
  searching: string;
  nothing: (query: string) => string;
  navigate: (to: string) => void;
}

export function Palette({ sources, placeholder, searching, nothing, navigate }: PaletteProps) {
  const [query, setQuery] = useState("");
  const [groups, setGroups] = useState<Group[]>([]);
  const [busy, setBusy] = useState(false);

  useEffect(() => {
    const abort = new AbortController();
    const text = query.trim();
    const asked = sources.filter((source) => text !== "" || source.showEmpty);
    setBusy(true);
    const timer = setTimeout(
      async () => {
        const answers = await Promise.all(
          asked.map(async (source) => ({
            id: source.id,
            label: typeof source.label === "function" ? source.label() : source.label,
            // one source that cannot answer must not silence the others
            items: await source.search(text, abort.signal).catch(() => []),
          })),
        );
        if (abort.signal.aborted) return;
        setGroups(answers.filter((group) => group.items.length > 0));
        setBusy(false);
      },
      text === "" ? 0 : 90,
    );
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [query, sources]);

  return (
    <Spotlight.Root
      store={store}
      query={query}
      onQueryChange={setQuery}
      shortcut={["mod + K"]}
      tagsToIgnore={[]}
      lockScroll={false}
      scrollable
      centered={false}
      yOffset="12vh"
      attributes={{ content: { "aria-label": placeholder } }}
      maxHeight={420}
      classNames={{
        content: classes.content,
        search: classes.search,
        action: classes.action,
        actionsGroup: classes.group,
      }}
      overlayProps={{ backgroundOpacity: 1, color: "var(--mt-scrim)" }}
      transitionProps={{ duration: 80, transition: "fade" }}
    >
      <Spotlight.Search
        placeholder={placeholder}
        aria-label={placeholder}
        leftSection={<IconSearch size={17} stroke={1.6} aria-hidden="true" />}
      />
      <Spotlight.ActionsList>
        {groups.map((group) => (
          <Spotlight.ActionsGroup key={group.id} label={group.label}>
            {group.items.map((item) => (
              <Spotlight.Action
                key={item.id}
                onClick={() => {
                  item.run?.();
                  if (item.to) navigate(item.to);
                }}
              >
                <span className={classes.label}>{item.label}</span>
                {item.detail && <span className={classes.detail}>{item.detail}</span>}
              </Spotlight.Action>
            ))}
          </Spotlight.ActionsGroup>
        ))}
        {groups.length === 0 && <Spotlight.Empty>{busy ? searching : nothing(query)}</Spotlight.Empty>}
      </Spotlight.ActionsList>
    </Spotlight.Root>
  );
}
