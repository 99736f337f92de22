/** A student's own payments and receipts. */
import { useNavigate } from "@tanstack/react-router";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { paymentsPage } from "@/backend/queries/payments";
import {
  DataList,
  EmptyList,
  EmptyState,
  FilterBar,
  LinkButton,
  ListPage,
  PageHeader,
  useListPlace,
  useListSearch,
  useStatusWord,
} from "@/design";
import { usePaymentColumns } from "./columns";
import { NEWEST, paymentFilter, paymentsKey, STATUSES } from "./filter";

export function MyPaymentsPage() {
  const { t } = useTranslation("payments");
  const word = useStatusWord();
  const navigate = useNavigate();
  const list = useListSearch(NEWEST);
  const { place, found } = useListPlace("/my-payments");
  const filter = useMemo(() => paymentFilter(list), [list]);
  const columns = usePaymentColumns({ own: true });
  return (
    <ListPage
      header={<PageHeader title={t("mine.title")} subtitle={t("mine.lead")} />}
      toolbar={
        <FilterBar
          id="my-payments"
          searchLabel={t("mine.search")}
          q={list.q}
          filters={list.filters}
          sort={list.sort}
          onChange={list.setFilters}
          specs={[
            {
              id: "status",
              label: t("list.status"),
              options: STATUSES.map((s) => ({ value: s, label: word("payment", s) })),
            },
            { kind: "dates", id: "made", label: t("list.created") },
          ]}
        />
      }
    >
      <DataList
        id="my-payments"
        label={t("mine.title")}
        columns={columns}
        rowKey={(p) => p.id}
        rowName={(p) => p.course.title}
        queryKey={paymentsKey(filter)}
        fetchPage={paymentsPage(filter)}
        sort={list.sort}
        onSort={list.setSort}
        place={place}
        onOpen={(p, at) =>
          void navigate({ to: "/payments/$paymentId", params: { paymentId: p.id }, state: found(at) })
        }
        empty={
          <EmptyList list={list}>
            <EmptyState
              title={t("mine.emptyTitle")}
              body={t("mine.emptyBody")}
              action={<LinkButton to="/catalog">{t("mine.catalog")}</LinkButton>}
            />
          </EmptyList>
        }
      />
    </ListPage>
  );
}
