/** Everybody the institution knows: find, filter, act on many; one person opens beside the list. */
import { Button, Menu } from "@mantine/core";
import { IconDownload, IconFileImport, IconUserPlus } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { useSaveList } from "@/backend/queries/operations";
import { peoplePage, useSetPeopleStatus } from "@/backend/queries/people";
import type { PeopleFilter } from "@/bindings/PeopleFilter";
import type { PeopleSort } from "@/bindings/PeopleSort";
import type { PersonRowDto } from "@/bindings/PersonRowDto";
import type { Role } from "@/bindings/Role";
import type { UserStatus } from "@/bindings/UserStatus";
import {
  type Column,
  DataList,
  EmptyState,
  FilterBar,
  LinkButton,
  ListPage,
  PageHeader,
  StatusDot,
  toast,
  useConfirm,
  useListSearch,
  useStatusWord,
  VerbMenu,
  When,
} from "@/design";
import { PersonPanel } from "./PersonPanel";
import classes from "./people.module.css";

const ROLES = ["student", "instructor", "finance", "admin"] as const;
const STATUSES = ["active", "inactive", "suspended"] as const;

export function PeoplePage() {
  const { t } = useTranslation("people");
  const { t: tf } = useTranslation("frame");
  const word = useStatusWord();
  const list = useListSearch({ by: "name", dir: "asc" });
  const save = useSaveList();
  const filter = useMemo<PeopleFilter>(
    () => ({
      text: list.q,
      roles: (list.filters.role ?? []) as Role[],
      statuses: (list.filters.status ?? []) as UserStatus[],
      sort: list.sort.by as PeopleSort,
      descending: list.sort.dir === "desc",
    }),
    [list.q, list.filters, list.sort],
  );
  const columns = useMemo<Column<PersonRowDto>[]>(
    () => [
      {
        id: "name",
        header: t("list.name"),
        cell: (p) => p.name,
        grow: true,
        width: 200,
        fixed: true,
        sortBy: "name",
      },
      { id: "email", header: t("list.email"), cell: (p) => p.email, width: 250, sortBy: "email" },
      {
        id: "role",
        header: t("list.role"),
        cell: (p) => tf(`role.${p.role}`),
        width: 120,
        sortBy: "role",
      },
      {
        id: "status",
        header: t("list.status"),
        cell: (p) => (
          <>
            <StatusDot kind="user" status={p.status} />
            {p.locked && <span className={classes.locked}>{t("list.locked")}</span>}
          </>
        ),
        width: 130,
        sortBy: "status",
      },
      {
        id: "enrollments",
        header: t("list.enrollments"),
        cell: (p) => p.enrollments,
        width: 110,
        align: "end",
        sortBy: "enrollments",
      },
      {
        id: "lastLogin",
        header: t("list.lastLogin"),
        cell: (p) => <When at={p.lastLoginAt} />,
        width: 120,
        align: "end",
        sortBy: "lastLogin",
      },
      {
        id: "created",
        header: t("list.created"),
        cell: (p) => <When at={p.createdAt} />,
        width: 120,
        align: "end",
        sortBy: "created",
        hidden: true,
      },
    ],
    [t, tf],
  );
  return (
    <ListPage
      header={
        <PageHeader
          title={t("title")}
          actions={
            <>
              <VerbMenu label={t("list.save")}>
                {(["csv", "xlsx"] as const).map((format) => (
                  <Menu.Item
                    key={format}
                    leftSection={<IconDownload size={15} stroke={1.6} />}
                    onClick={() => save({ what: { list: "people", filter }, format })}
                  >
                    {t(`list.save_${format}`)}
                  </Menu.Item>
                ))}
              </VerbMenu>
              <LinkButton
                to="/import/$kind"
                params={{ kind: "people" }}
                variant="default"
                leftSection={<IconFileImport size={15} stroke={1.6} />}
              >
                {t("list.import")}
              </LinkButton>
              <LinkButton to="/people/new" leftSection={<IconUserPlus size={15} stroke={1.6} />}>
                {t("list.new")}
              </LinkButton>
            </>
          }
        />
      }
      toolbar={
        <FilterBar
          id="people"
          searchLabel={t("list.search")}
          q={list.q}
          filters={list.filters}
          sort={list.sort}
          onChange={list.setFilters}
          specs={[
            {
              id: "role",
              label: t("list.role"),
              options: ROLES.map((role) => ({ value: role, label: tf(`role.${role}`) })),
            },
            {
              id: "status",
              label: t("list.status"),
              options: STATUSES.map((status) => ({ value: status, label: word("user", status) })),
            },
          ]}
        />
      }
      panel={list.open && <PersonPanel key={list.open} id={list.open} onClose={() => list.openRow(null)} />}
    >
      <DataList
        id="people"
        label={t("title")}
        columns={columns}
        rowKey={(p) => p.id}
        rowName={(p) => p.name}
        queryKey={["people", "list", filter]}
        fetchPage={peoplePage(filter)}
        sort={list.sort}
        onSort={list.setSort}
        onOpen={(p) => list.openRow(p.id)}
        openKey={list.open}
        bulkActions={(selection) => <Bulk ids={selection.keys} clear={selection.clear} />}
        empty={
          <EmptyState
            title={t("list.emptyTitle")}
            body={t("list.emptyBody")}
            action={
              <Link to="/people/new" className={classes.link}>
                {t("list.new")}
              </Link>
            }
          />
        }
      />
    </ListPage>
  );
}

function Bulk({ ids, clear }: { ids: string[]; clear: () => void }) {
  const { t } = useTranslation("people");
  const confirm = useConfirm();
  const change = useSetPeopleStatus();
  const act = async (status: UserStatus, reason: string | null) => {
    if (status !== "active") {
      const question = {
        title: t(`bulk.${status}Title`, { count: ids.length }),
        body: t(`bulk.${status}Body`),
        verb: t(`bulk.${status}`),
      };
      if (!(await confirm(question))) return;
    }
    change.mutate(
      { ids, status, reason },
      {
        onError: toast.problem,
        onSuccess: (outcome) => {
          clear();
          toast.done(
            outcome.refused.length === 0
              ? t("bulk.done", { count: outcome.done })
              : `${t("bulk.done", { count: outcome.done })} ${outcome.refused
                  .slice(0, 3)
                  .map((one) => `${one.label}: ${one.message}`)
                  .join(" ")}`,
          );
        },
      },
    );
  };
  return (
    <>
      <Button size="xs" variant="default" onClick={() => void act("active", null)}>
        {t("bulk.active")}
      </Button>
      <Button size="xs" variant="default" onClick={() => void act("inactive", null)}>
        {t("bulk.inactive")}
      </Button>
      <Button size="xs" variant="default" onClick={() => void act("suspended", t("bulk.suspendedReason"))}>
        {t("bulk.suspended")}
      </Button>
    </>
  );
}
