/** What was brought in from files, and the way back. */
import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { importsQuery } from "@/backend/queries/operations";
import { EmptyState, LinkButton, Page, PageHeader } from "@/design";
import { EarlierImports } from "@/features/people/import/EarlierImports";

export function ImportsPage() {
  const { t } = useTranslation("system");
  const imports = useQuery(importsQuery);
  return (
    <Page width="narrow">
      <PageHeader
        title={t("nav.imports")}
        subtitle={t("imports.lead")}
        actions={
          <>
            <LinkButton to="/import/$kind" params={{ kind: "courses" }} variant="default">
              {t("imports.courses")}
            </LinkButton>
            <LinkButton to="/import/$kind" params={{ kind: "people" }}>
              {t("imports.people")}
            </LinkButton>
          </>
        }
      />
      {imports.data?.length === 0 ? (
        <EmptyState title={t("imports.emptyTitle")} body={t("imports.emptyBody")} />
      ) : (
        <EarlierImports />
      )}
    </Page>
  );
}
