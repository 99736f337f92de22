/** Where a record should be that is not there, or not for this person: said, with a way on. */
import { useTranslation } from "react-i18next";
import { EmptyState } from "./EmptyState";
import { LinkButton } from "./links";

export function RecordMissing({ title }: { title: string }) {
  const { t } = useTranslation("frame");
  return (
    <EmptyState
      page
      title={title}
      action={
        <LinkButton to="/" variant="default">
          {t("notFound.home")}
        </LinkButton>
      }
    />
  );
}
