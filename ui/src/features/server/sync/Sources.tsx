/** Each collection: how much of it is here, and how old it is. */
import { Progress } from "@mantine/core";
import { useTranslation } from "react-i18next";
import type { SourceProgress } from "@/bindings/SourceProgress";
import { When } from "@/design";
import tables from "../tables.module.css";
import { collectionKey } from "../words";

export function Sources({ sources }: { sources: readonly SourceProgress[] }) {
  const { t, i18n } = useTranslation("server");
  const count = (n: number) => n.toLocaleString(i18n.language);
  if (sources.length === 0) return <p className={tables.dim}>{t("source.empty")}</p>;
  return (
    <table className={tables.table}>
      <thead>
        <tr>
          <th scope="col">{t("source.collection")}</th>
          <th scope="col">{t("source.state")}</th>
          <th scope="col" className={tables.end}>
            {t("source.here")}
          </th>
          <th scope="col" className={tables.end}>
            {t("source.asOf")}
          </th>
          <th scope="col" className={tables.end}>
            {t("source.swept")}
          </th>
        </tr>
      </thead>
      <tbody>
        {sources.map((one) => {
          const name = t(collectionKey(one.collection), one.collection);
          return (
            <tr key={one.collection}>
              <th scope="row">{name}</th>
              <td>
                {one.complete ? (
                  t("source.complete")
                ) : (
                  <Progress.Root className={tables.bar}>
                    <Progress.Section
                      value={one.total > 0 ? Math.min(100, (one.done / one.total) * 100) : 0}
                      aria-label={t("source.fetching", { collection: name })}
                    />
                  </Progress.Root>
                )}
              </td>
              <td className={tables.end}>
                {one.complete || one.total === 0
                  ? count(one.done)
                  : t("source.of", { done: count(one.done), total: count(one.total) })}
              </td>
              <td className={tables.end}>
                <When at={one.asOf} />
              </td>
              <td className={tables.end}>
                <When at={one.sweptAt} />
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}
