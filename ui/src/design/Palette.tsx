/**
 * The palette behind Ctrl+K: go to, find, do. Asks its sources while one types; the newest answer wins.
 * Mantine's Spotlight gives the shell; the field and the list are a combobox of our own, so that the first
 * match is chosen at once and screen readers hear which.
 */
import { createSpotlight, Spotlight } from "@mantine/spotlight";
import { IconSearch } from "@tabler/icons-react";
import { type KeyboardEvent, useEffect, useId, useState } from "react";
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
  const [chosen, setChosen] = useState(0);
  const id = useId();

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
            // one source that cannot answer must not silence the others
            items: await source.search(text, abort.signal).catch(() => []),
            // read after the search, which may have had to fetch the words first
            label: typeof source.label === "function" ? source.label() : source.label,
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

  const items = groups.flatMap((group) =>
    group.items.map((item) => ({ ...item, key: `${group.id}-${item.id}` })),
  );
  const at = Math.min(chosen, items.length - 1);
  const run = (item: PaletteItem) => {
    actions.close();
    item.run?.();
    if (item.to) navigate(item.to);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const to =
      event.key === "ArrowDown"
        ? at + 1
        : event.key === "ArrowUp"
          ? at - 1
          : event.key === "Enter"
            ? at
            : null;
    if (to === null || items.length === 0 || event.nativeEvent.isComposing) return;
    event.preventDefault();
    if (event.key === "Enter") {
      const item = items[at];
      if (item) run(item);
      return;
    }
    const next = (to + items.length) % items.length;
    setChosen(next);
    document.getElementById(`${id}-${next}`)?.scrollIntoView({ block: "nearest" });
  };

  return (
    <Spotlight.Root
      store={store}
      query={query}
      onQueryChange={setQuery}
      shortcut={["mod + K"]}
      tagsToIgnore={[]}
      lockScroll={false}
      centered={false}
      yOffset="12vh"
      attributes={{ content: { "aria-label": placeholder } }}
      classNames={{ content: classes.content, body: classes.body }}
      overlayProps={{ backgroundOpacity: 1, color: "var(--mt-scrim)" }}
      transitionProps={{ duration: 80, transition: "fade" }}
    >
      <div className={classes.search}>
        <IconSearch size={17} stroke={1.6} aria-hidden="true" />
        <input
          role="combobox"
          aria-expanded={items.length > 0}
          aria-controls={`${id}-list`}
          aria-activedescendant={items.length > 0 ? `${id}-${at}` : undefined}
          aria-autocomplete="list"
          aria-label={placeholder}
          placeholder={placeholder}
          autoComplete="off"
          spellCheck={false}
          data-autofocus
          value={query}
          onChange={(event) => {
            setQuery(event.currentTarget.value);
            setChosen(0);
          }}
          onKeyDown={onKeyDown}
        />
      </div>
      <div role="listbox" id={`${id}-list`} aria-label={placeholder} className={classes.list}>
        {groups.map((group) => (
          <div role="group" aria-label={group.label} key={group.id}>
            <div className={classes.group} aria-hidden="true">
              {group.label}
            </div>
            {group.items.map((item) => {
              const index = items.findIndex((each) => each.key === `${group.id}-${item.id}`);
              return (
                // the keyboard stays in the field; the mouse is the second way
                // biome-ignore lint/a11y/useKeyWithClickEvents: see above
                <div
                  key={item.id}
                  id={`${id}-${index}`}
                  role="option"
                  aria-selected={index === at}
                  className={classes.item}
                  onClick={() => run(item)}
                  onMouseMove={() => setChosen(index)}
                >
                  <span className={classes.label}>{item.label}</span>
                  {item.detail && <span className={classes.detail}>{item.detail}</span>}
                </div>
              );
            })}
          </div>
        ))}
      </div>
      {items.length === 0 && (
        <p className={classes.empty} role="status">
          {busy ? searching : nothing(query)}
        </p>
      )}
    </Spotlight.Root>
  );
}
