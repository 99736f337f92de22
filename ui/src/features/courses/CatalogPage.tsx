/** What may be taken: published courses as cards. */
import { useTranslation } from "react-i18next";
import { EmptyState, FilterBar, ListPage, PageHeader, useListSearch } from "@/design";
import { CourseCards } from "./CourseCards";
import { useCourseFilter, useCourseSpecs } from "./courseFilters";
import { SortChoice } from "./SortChoice";

export function CatalogPage() {
  const { t } = useTranslation("courses");
  const list = useListSearch({ by: "title", dir: "asc" });
  const filter = useCourseFilter(list);
  const specs = useCourseSpecs({ statuses: false, filters: list.filters });
  const narrowed = list.q !== "" || Object.keys(list.filters).length > 0;
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
        filter={{ ...filter, statuses: ["published"] }}
        empty={
          <EmptyState
            title={narrowed ? t("catalog.nothing") : t("catalog.emptyTitle")}
            body={narrowed ? t("catalog.nothingBody") : t("catalog.emptyBody")}
          />
        }
      />
    </ListPage>
  );
}
