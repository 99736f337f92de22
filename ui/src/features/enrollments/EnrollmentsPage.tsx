/** Who learns what: find, filter, open. */
import { Button } from "@mantine/core";
import { IconUserPlus } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { courseQuery, coursesPage } from "@/backend/queries/courses";
import { enrollmentsPage } from "@/backend/queries/enrollments";
import { useSession } from "@/backend/queries/session";
import type { EnrollmentRowDto } from "@/bindings/EnrollmentRowDto";
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
  type Selection,
  StatusDot,
  useListPlace,
  useListSearch,
  usePersonName,
  useStatusWord,
  When,
} from "@/design";
import { SaveList } from "@/features/lists/SaveList";
import { useStudentSpec } from "@/features/people/studentSpec";
import { titlesOf } from "../courses/titles";
import classes from "./enrollments.module.css";
import { enrollmentFilter, enrollmentsKey, enrollmentsOf, NEWEST } from "./filter";
import { ProgressBar } from "./ProgressBar";
import { useCancelMany } from "./useCancelMany";

const STATUSES = ["pending", "active", "completed", "cancelled", "refunded"] as const;
const PAYMENTS = ["pending", "completed", "failed", "refunded"] as const;

export function EnrollmentsPage() {
  const { t } = useTranslation("enrollments");
  const called = usePersonName();
  const word = useStatusWord();
  const many = useCancelMany();
  const navigate = useNavigate();
  const session = useSession();
  const list = useListSearch(NEWEST);
  const { place, found } = useListPlace("/enrollments");
  const mayEnroll = session?.role === "admin";
  const seesProgress = session?.role !== "finance";
  // who teaches is told nothing of payments, not that there is nothing to pay
  const seesPayment = session?.role !== "instructor";
  const filter = useMemo(() => enrollmentFilter(list), [list]);
  const student = useStudentSpec({
    area: "enrollments",
    filters: list.filters,
    label: t("list.student"),
    first: async (user) => (await enrollmentsPage(enrollmentsOf(user))(0, 1)).rows[0],
  });
  // an address that names a course is told with its title
  const course = list.filters.course?.[0];
  const named = useQuery({ ...courseQuery(course ?? ""), enabled: course !== undefined });
  const columns = useMemo<Column<EnrollmentRowDto>[]>(
    () => [
      {
        id: "student",
        header: t("list.student"),
        cell: (e) => called(e.student.name),
        width: 180,
        grow: true,
        fixed: true,
        sortBy: "student",
      },
      {
        id: "course",
        header: t("list.course"),
        cell: (e) => e.course.title,
        width: 214,
        grow: true,
        sortBy: "course",
      },
      {
        id: "status",
        header: t("list.status"),
        cell: (e) => <StatusDot kind="enrollment" status={e.status} />,
        width: 120,
        sortBy: "status",
      },
      ...(seesProgress
        ? [
            {
              id: "progress",
              header: t("list.progress"),
              cell: (e: EnrollmentRowDto) => <ProgressBar percent={e.progress ?? 0} />,
              width: 130,
              sortBy: "progress",
            },
          ]
        : []),
      ...(seesPayment
        ? [
            {
              id: "payment",
              header: t("list.payment"),
              cell: (e: EnrollmentRowDto) =>
                e.paymentStatus ? (
                  <StatusDot kind="payment" status={e.paymentStatus} />
                ) : (
                  <span className={classes.dim}>{t("list.nothingToPay")}</span>
                ),
              width: 130,
            },
          ]
        : []),
      {
        id: "amount",
        header: t("list.price"),
        cell: (e) => (
          <Money minor={e.amount.minor} currency={e.amount.currency} dim={seesPayment && !e.paymentStatus} />
        ),
        width: 110,
        align: "end",
      },
      {
        id: "enrolled",
        header: t("list.enrolled"),
        cell: (e) => <When at={e.enrolledAt} />,
        width: 120,
        align: "end",
        sortBy: "enrolled",
      },
    ],
    [t, seesProgress, seesPayment, called],
  );
  return (
    <ListPage
      header={
        <PageHeader
          title={t("title")}
          actions={
            <>
              <SaveList what={{ list: "enrollments", filter }} />
              {mayEnroll && (
                <LinkButton to="/enrollments/new" leftSection={<IconUserPlus size={15} stroke={1.6} />}>
                  {t("list.enroll")}
                </LinkButton>
              )}
            </>
          }
        />
      }
      toolbar={
        <FilterBar
          id="enrollments"
          searchLabel={t("list.search")}
          q={list.q}
          filters={list.filters}
          sort={list.sort}
          onChange={list.setFilters}
          specs={[
            {
              id: "status",
              label: t("list.status"),
              options: STATUSES.map((s) => ({ value: s, label: word("enrollment", s) })),
            },
            ...(seesPayment
              ? [
                  {
                    id: "payment",
                    label: t("list.payment"),
                    options: PAYMENTS.map((s) => ({ value: s, label: word("payment", s) })),
                  },
                ]
              : []),
            ...student,
            {
              kind: "lookup",
              id: "course",
              label: t("list.course"),
              search: async (text) => titlesOf.remember((await coursesPage({ text })(0, 20)).rows),
              labelOf: (id) =>
                titlesOf.get(id) ?? (named.data?.id === id ? named.data.fields.title : undefined),
            },
            { kind: "dates", id: "enrolled", label: t("list.enrolled") },
          ]}
        />
      }
    >
      <DataList
        id="enrollments"
        label={t("title")}
        columns={columns}
        rowKey={(e) => e.id}
        rowName={(e) => t("list.rowName", { student: called(e.student.name), course: e.course.title })}
        queryKey={enrollmentsKey(filter)}
        fetchPage={enrollmentsPage(filter)}
        sort={list.sort}
        onSort={list.setSort}
        place={place}
        {...(mayEnroll
          ? {
              bulkActions: (selection: Selection<EnrollmentRowDto>) => (
                <Button size="xs" variant="default" onClick={() => many.ask(selection)}>
                  {t("bulk.cancel")}
                </Button>
              ),
            }
          : {})}
        onOpen={(e, at) =>
          void navigate({
            to: "/enrollments/$enrollmentId",
            params: { enrollmentId: e.id },
            state: found(at),
          })
        }
        empty={
          <EmptyList list={list}>
            <EmptyState
              title={t("list.emptyTitle")}
              body={t("list.emptyBody")}
              action={mayEnroll && <LinkButton to="/enrollments/new">{t("list.enroll")}</LinkButton>}
            />
          </EmptyList>
        }
      />
      {many.dialogs}
    </ListPage>
  );
}
