/** Filters and order under a name, kept on this computer. */
import { Button, Popover, TextInput } from "@mantine/core";
import { IconBookmark, IconTrash } from "@tabler/icons-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import classes from "./FilterBar.module.css";
import type { FilterValue } from "./filters";
import type { Sort } from "./listSearch";
import { readStored, writeStored } from "./stored";

interface View extends FilterValue {
  name: string;
  sort?: Sort;
}

export function SavedViews({
  id,
  value,
  onPick,
}: {
  id: string;
  value: FilterValue & { sort?: Sort };
  onPick: (view: FilterValue & { sort?: Sort | undefined }) => void;
}) {
  const { t } = useTranslation("design");
  const [opened, setOpened] = useState(false);
  const [name, setName] = useState("");
  const [views, setViews] = useState<View[]>(
    () => readStored<{ views: View[] }>(`views.${id}`, { views: [] }).views,
  );
  const keep = (next: View[]) => {
    setViews(next);
    writeStored(`views.${id}`, { views: next });
  };
  const save = () => {
    const called = name.trim();
    if (called === "") return;
    keep([...views.filter((view) => view.name !== called), { name: called, ...value }]);
    setName("");
    setOpened(false);
  };
  return (
    <Popover
      opened={opened}
      onChange={setOpened}
      position="bottom-end"
      width={264}
      trapFocus
      withinPortal={false}
    >
      <Popover.Target>
        <Button
          size="xs"
          variant="subtle"
          leftSection={<IconBookmark size={14} stroke={1.7} />}
          onClick={() => setOpened((was) => !was)}
        >
          {t("filter.views")}
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label={t("filter.savedViews")}>
        {views.length === 0 && <p className={classes.noViews}>{t("filter.noViews")}</p>}
        <ul className={classes.views}>
          {views.map((view) => (
            <li key={view.name}>
              <button
                type="button"
                className={classes.view}
                onClick={() => {
                  onPick({ q: view.q, filters: view.filters, sort: view.sort });
                  setOpened(false);
                }}
              >
                {view.name}
              </button>
              <button
                type="button"
                className={classes.drop}
                aria-label={t("filter.deleteView", { name: view.name })}
                onClick={() => keep(views.filter((each) => each.name !== view.name))}
              >
                <IconTrash size={14} stroke={1.7} aria-hidden="true" />
              </button>
            </li>
          ))}
        </ul>
        <form
          className={classes.saveView}
          onSubmit={(event) => {
            event.preventDefault();
            save();
          }}
        >
          <TextInput
            size="xs"
            value={name}
            placeholder={t("filter.viewName")}
            aria-label={t("filter.viewName")}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          <Button size="xs" type="submit" variant="default" disabled={name.trim() === ""}>
            {t("filter.save")}
          </Button>
        </form>
      </Popover.Dropdown>
    </Popover>
  );
}
