/** A student's own payments and receipts. */
import { useNavigate } from "@tanstack/react-router";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { paymentsPage } from "@/backend/queries/payments";
import type { PaymentFilter } from "@/bindings/PaymentFilter";
import type { PaymentSort } from "@/bindings/PaymentSort";
import { DataList, EmptyState, LinkButton, ListPage, PageHeader, useListSearch } from "@/design";
import { usePaymentColumns } from "./columns";

export function MyPaymentsPage() {
  const { t } = useTranslation("payments");
  const navigate = useNavigate();
  const list = useListSearch({ by: "created", dir: "desc" });
  const filter = useMemo<PaymentFilter>(
    () => ({
      text: list.q,
      statuses: [],
      methods: [],
      currency: null,
      user: null,
      course: null,
      enrollment: null,
      from: null,
      to: null,
      refundRequested: false,
      sort: list.sort.by as PaymentSort,
      descending: list.sort.dir === "desc",
    }),
    [list.q, list.sort],
  );
  const columns = usePaymentColumns({ own: true });
  return (
    <ListPage header={<PageHeader title={t("mine.title")} subtitle={t("mine.lead")} />}>
      <DataList
        id="my-payments"
        label={t("mine.title")}
        columns={columns}
        rowKey={(p) => p.id}
        rowName={(p) => p.course.title}
        queryKey={["payments", "list", filter]}
        fetchPage={paymentsPage(filter)}
        sort={list.sort}
        onSort={list.setSort}
        onOpen={(p) => void navigate({ to: "/payments/$paymentId", params: { paymentId: p.id } })}
        empty={
          <EmptyState
            title={t("mine.emptyTitle")}
            body={t("mine.emptyBody")}
            action={<LinkButton to="/catalog">{t("mine.catalog")}</LinkButton>}
          />
        }
      />
    </ListPage>
  );
}
