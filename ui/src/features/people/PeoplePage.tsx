/** Everybody the institution knows: find, filter, act on many; one person opens beside the list. */
import { Button } from "@mantine/core";
import { IconFileImport, IconUserPlus } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { peoplePage } from "@/backend/queries/people";
import type { PeopleFilter } from "@/bindings/PeopleFilter";
import type { PeopleSort } from "@/bindings/PeopleSort";
import type { PersonRowDto } from "@/bindings/PersonRowDto";
import type { Role } from "@/bindings/Role";
import type { UserStatus } from "@/bindings/UserStatus";
import {
  type Column,
  DataList,
  EmptyList,
  EmptyState,
  FilterBar,
  LinkButton,
  ListPage,
  PageHeader,
  StatusDot,
  useListSearch,
  usePersonName,
  useStatusWord,
  When,
} from "@/design";
import { SaveList } from "@/features/lists/SaveList";
import { PersonPanel } from "./PersonPanel";
import classes from "./people.module.css";
import { useStatusOfMany } from "./useStatusOfMany";

const ROLES = ["student", "instructor", "finance", "admin"] as const;
const STATUSES = ["active", "inactive", "suspended"] as const;

export function PeoplePage() {
  const { t } = useTranslation("people");
  const { t: tf } = useTranslation("frame");
  const word = useStatusWord();
  const called = usePersonName();
  const many = useStatusOfMany();
  const list = useListSearch({ by: "name", dir: "asc" });
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
        cell: (p) => called(p.name),
        grow: true,
        width: 200,
        fixed: true,
        sortBy: "name",
      },
      {
        id: "email",
        header: t("list.email"),
        cell: (p) => p.email,
        width: 250,
        grow: true,
        sortBy: "email",
        yields: 1,
      },
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
        yields: 4,
      },
      {
        id: "lastLogin",
        header: t("list.lastLogin"),
        cell: (p) => <When at={p.lastLoginAt} />,
        width: 120,
        align: "end",
        sortBy: "lastLogin",
        yields: 3,
      },
      {
        id: "created",
        header: t("list.created"),
        cell: (p) => <When at={p.createdAt} />,
        width: 120,
        align: "end",
        sortBy: "created",
        hidden: true,
        yields: 2,
      },
    ],
    [t, tf, called],
  );
  return (
    <ListPage
      header={
        <PageHeader
          title={t("title")}
          actions={
            <>
              <SaveList what={{ list: "people", filter }} />
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
        rowName={(p) => called(p.name)}
        queryKey={["people", "list", filter]}
        fetchPage={peoplePage(filter)}
        sort={list.sort}
        onSort={list.setSort}
        onOpen={(p) => list.openRow(p.id)}
        openKey={list.open}
        bulkActions={(selection) => (
          <>
            <LinkButton
              size="xs"
              to="/enrollments/new"
              search={{ user: selection.keys }}
              state={{ people: selection.rows.map(({ id, name, email }) => ({ id, name, email })) }}
            >
              {t("bulk.enroll")}
            </LinkButton>
            {STATUSES.map((status) => (
              <Button
                key={status}
                size="xs"
                variant="default"
                disabled={many.pending}
                onClick={() => void many.ask(selection, status)}
              >
                {t(`bulk.${status}`)}
              </Button>
            ))}
          </>
        )}
        empty={
          <EmptyList list={list}>
            <EmptyState
              title={t("list.emptyTitle")}
              body={t("list.emptyBody")}
              action={
                <Link to="/people/new" className={classes.link}>
                  {t("list.new")}
                </Link>
              }
            />
          </EmptyList>
        }
      />
      {many.dialogs}
    </ListPage>
  );
}
