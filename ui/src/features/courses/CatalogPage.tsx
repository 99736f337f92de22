/** What may be taken: published courses as cards. */
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import {
  EmptyList,
  EmptyState,
  FilterBar,
  ListPage,
  PageHeader,
  useListPlace,
  useListSearch,
} from "@/design";
import { CourseCards } from "./CourseCards";
import { BY_TITLE, courseFilter, useCourseSpecs } from "./courseFilters";
import { SortChoice } from "./SortChoice";

export function CatalogPage() {
  const { t } = useTranslation("courses");
  const list = useListSearch(BY_TITLE);
  const filter = useMemo(() => courseFilter("/catalog", list), [list]);
  const specs = useCourseSpecs({ statuses: false, filters: list.filters });
  const { place, found } = useListPlace("/catalog");
  return (
    <ListPage
      header={<PageHeader title={t("catalog.title")} subtitle={t("catalog.lead")} />}
      toolbar={
        <FilterBar
          id="catalog"
          searchLabel={t("list.search")}
          q={list.q}
          filters={list.filters}
          sort={list.sort}
          onChange={list.setFilters}
          specs={specs}
        >
          <SortChoice sort={list.sort} onSort={list.setSort} />
        </FilterBar>
      }
    >
      <CourseCards
        filter={filter}
        place={place}
        found={found}
        empty={
          <EmptyList list={list}>
            <EmptyState title={t("catalog.emptyTitle")} body={t("catalog.emptyBody")} />
          </EmptyList>
        }
      />
    </ListPage>
  );
}
