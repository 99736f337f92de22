/** Every course the person may see, as a table or as cards: find, filter, open, write a new one. */
import { Button, SegmentedControl } from "@mantine/core";
import { IconFileImport, IconPlus } from "@tabler/icons-react";
import { useNavigate } from "@tanstack/react-router";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { coursesPage } from "@/backend/queries/courses";
import { useSession } from "@/backend/queries/session";
import type { CourseRowDto } from "@/bindings/CourseRowDto";
import {
  type Column,
  DataList,
  EmptyList,
  EmptyState,
  FilterBar,
  LinkButton,
  ListPage,
  Money,
  PageHeader,
  StatusDot,
  useListPlace,
  useListSearch,
  When,
} from "@/design";
import { readStored, writeStored } from "@/design/stored";
import { SaveList } from "@/features/lists/SaveList";
import { CourseCards } from "./CourseCards";
import { BY_TITLE, courseFilter, coursesKey, useCourseSpecs } from "./courseFilters";
import classes from "./courses.module.css";
import { Rating } from "./Rating";
import { SortChoice } from "./SortChoice";

type View = "table" | "cards";
const viewOf = (text: string | null): View | null => (text === "table" || text === "cards" ? text : null);

export function CoursesPage() {
  const { t, i18n } = useTranslation("courses");
  const navigate = useNavigate();
  const session = useSession();
  const { place, found } = useListPlace("/courses");
  const list = useListSearch(BY_TITLE);
  const filter = useMemo(() => courseFilter("/courses", list), [list]);
  const specs = useCourseSpecs({
    statuses: session?.role !== "finance",
    filters: list.filters,
  });
  // the address says it; where it does not, what was chosen last on this computer
  const view = viewOf(list.view) ?? readStored<{ view: View }>("courses.view", { view: "table" }).view;
  const mayWrite = session?.role === "admin" || session?.role === "instructor";
  const columns = useMemo<Column<CourseRowDto>[]>(
    () => [
      {
        id: "title",
        header: t("field.title"),
        cell: (c) => c.title,
        width: 220,
        grow: true,
        fixed: true,
        sortBy: "title",
      },
      {
        id: "status",
        header: t("list.status"),
        cell: (c) => (
          <>
            <StatusDot kind="course" status={c.status} />
            {!c.isPublic && <span className={classes.small}> {t("list.notPublic")}</span>}
          </>
        ),
        width: 126,
        sortBy: "status",
      },
      {
        id: "category",
        header: t("field.category"),
        cell: (c) => c.category && t(`category.${c.category}`),
        width: 116,
        sortBy: "category",
      },
      {
        id: "level",
        header: t("field.level"),
        cell: (c) => c.level && t(`level.${c.level}`),
        width: 110,
      },
      {
        id: "instructor",
        header: t("list.instructor"),
        cell: (c) => c.instructor.name,
        width: 148,
        sortBy: "instructor",
      },
      {
        id: "lessons",
        header: t("list.lessons"),
        cell: (c) => c.totalLessons.toLocaleString(i18n.language),
        width: 80,
        align: "end",
        hidden: true,
      },
      {
        id: "enrollments",
        header: t("list.students"),
        cell: (c) => c.enrollments.toLocaleString(i18n.language),
        width: 92,
        align: "end",
        sortBy: "enrollments",
      },
      {
        id: "rating",
        header: t("list.rating"),
        cell: (c) => <Rating average={c.ratingAverage} count={c.ratingCount} />,
        width: 90,
        align: "end",
        sortBy: "rating",
      },
      {
        id: "price",
        header: t("field.price"),
        cell: (c) => <Price course={c} />,
        width: 110,
        align: "end",
        sortBy: "price",
      },
      {
        id: "created",
        header: t("list.created"),
        cell: (c) => <When at={c.createdAt} />,
        width: 120,
        align: "end",
        sortBy: "created",
        hidden: true,
      },
      {
        id: "published",
        header: t("list.published"),
        cell: (c) => c.publishedAt && <When at={c.publishedAt} />,
        width: 120,
        align: "end",
        hidden: true,
      },
    ],
    [t, i18n.language],
  );
  const empty = (
    <EmptyList list={list}>
      <EmptyState
        title={t("list.emptyTitle")}
        body={mayWrite ? t("list.emptyBody") : undefined}
        action={mayWrite && <LinkButton to="/courses/new">{t("list.new")}</LinkButton>}
      />
    </EmptyList>
  );
  return (
    <ListPage
      header={
        <PageHeader
          title={t("title")}
          actions={
            <>
              <SaveList what={{ list: "courses", filter }} />
              {session?.role === "admin" && (
                <LinkButton
                  to="/import/$kind"
                  params={{ kind: "courses" }}
                  variant="default"
                  leftSection={<IconFileImport size={15} stroke={1.6} />}
                >
                  {t("list.import")}
                </LinkButton>
              )}
              {mayWrite && (
                <LinkButton to="/courses/new" leftSection={<IconPlus size={15} stroke={1.8} />}>
                  {t("list.new")}
                </LinkButton>
              )}
            </>
          }
        />
      }
      toolbar={
        <FilterBar
          id="courses"
          searchLabel={t("list.search")}
          q={list.q}
          filters={list.filters}
          sort={list.sort}
          onChange={list.setFilters}
          specs={specs}
        >
          {session?.role === "instructor" && <Mine list={list} user={session.user} />}
          {view === "cards" && <SortChoice sort={list.sort} onSort={list.setSort} />}
          <SegmentedControl
            size="xs"
            aria-label={t("list.view")}
            value={view}
            onChange={(next) => {
              writeStored("courses.view", { view: next });
              list.show(next);
            }}
            data={[
              { value: "table", label: t("list.asTable") },
              { value: "cards", label: t("list.asCards") },
            ]}
          />
        </FilterBar>
      }
    >
      {view === "cards" ? (
        <CourseCards filter={filter} empty={empty} place={place} found={found} showStatus />
      ) : (
        <DataList
          id="courses"
          label={t("title")}
          columns={columns}
          rowKey={(c) => c.id}
          rowName={(c) => c.title}
          queryKey={coursesKey(filter)}
          fetchPage={coursesPage(filter)}
          sort={list.sort}
          onSort={list.setSort}
          place={place}
          onOpen={(c, at) =>
            void navigate({ to: "/courses/$courseId", params: { courseId: c.id }, state: found(at) })
          }
          empty={empty}
        />
      )}
    </ListPage>
  );
}

/** An instructor's own courses among those they may look at. */
function Mine({ list, user }: { list: ReturnType<typeof useListSearch>; user: string }) {
  const { t } = useTranslation("courses");
  const on = list.filters.instructor?.[0] === user;
  const { instructor: _, ...others } = list.filters;
  return (
    <Button
      size="xs"
      variant="default"
      aria-pressed={on}
      className={classes.mine}
      onClick={() => list.setFilters({ q: list.q, filters: on ? others : { ...others, instructor: [user] } })}
    >
      {t("list.mine")}
    </Button>
  );
}

function Price({ course }: { course: CourseRowDto }) {
  const { t } = useTranslation("courses");
  if (course.price?.minor === 0) return <span className={classes.dim}>{t("price.free")}</span>;
  return <Money minor={course.price?.minor} currency={course.price?.currency ?? "EUR"} />;
}
