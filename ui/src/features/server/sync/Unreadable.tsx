/** Documents another program wrote that cannot be read here: nothing of them is changed, and nothing is hidden. */
import { useTranslation } from "react-i18next";
import type { UnreadableRow } from "@/bindings/UnreadableRow";
import tables from "../tables.module.css";
import { collectionKey } from "../words";

export function Unreadable({ rows }: { rows: readonly UnreadableRow[] }) {
  const { t } = useTranslation("server");
  return (
    <>
      <p className={tables.lead}>{t("unreadable.lead")}</p>
      <table className={tables.table}>
        <thead>
          <tr>
            <th scope="col">{t("source.collection")}</th>
            <th scope="col">{t("unreadable.id")}</th>
            <th scope="col">{t("unreadable.reason")}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={`${row.collection} ${row.id}`}>
              <td>{t(collectionKey(row.collection), row.collection)}</td>
              <td className={tables.code}>{row.id}</td>
              <td>{row.reason}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}
