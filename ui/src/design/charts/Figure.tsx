/** Title, chart, and the same figures as a table for whoever prefers to read them. */
import { Button } from "@mantine/core";
import { type ReactNode, useId, useState } from "react";
import { useTranslation } from "react-i18next";
import classes from "./Figure.module.css";
import { type ChartProps, colourOf } from "./series";

/** `children` is the drawing; it is hidden from screen readers, which get the table. */
export function Figure({
  title,
  subtitle,
  rows,
  x,
  xLabel,
  series,
  format = String,
  legend = true,
  children,
}: ChartProps & {
  children: ReactNode /** False when the drawing names its series itself. */;
  legend?: boolean;
}) {
  const { t } = useTranslation("design");
  const [table, setTable] = useState(false);
  const id = useId();
  const none = rows.length === 0;
  return (
    <figure className={classes.figure} aria-labelledby={id}>
      <figcaption className={classes.head}>
        <div>
          <h2 id={id} className={classes.title}>
            {title}
          </h2>
          {subtitle && <p className={classes.subtitle}>{subtitle}</p>}
        </div>
        {!none && (
          <Button size="xs" variant="subtle" aria-pressed={table} onClick={() => setTable((was) => !was)}>
            {table ? t("chart.chart") : t("chart.table")}
          </Button>
        )}
      </figcaption>
      {none && <p className={classes.none}>{t("chart.empty")}</p>}
      {!none && !table && legend && series.length > 1 && (
        <ul className={classes.legend} aria-hidden="true">
          {series.map((each, i) => (
            <li key={each.key}>
              <svg width="9" height="9" aria-hidden="true">
                <rect width="9" height="9" rx="2" fill={colourOf(each, i)} />
              </svg>
              {each.label}
            </li>
          ))}
        </ul>
      )}
      {!none && !table && <div aria-hidden="true">{children}</div>}
      {!none && (
        <div className={table ? classes.tableBox : "visually-hidden"}>
          <table className={classes.table}>
            <caption className="visually-hidden">{title}</caption>
            <thead>
              <tr>
                <th scope="col">{xLabel}</th>
                {series.map((each) => (
                  <th key={each.key} scope="col" className={classes.number}>
                    {each.label}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {rows.map((row) => (
                <tr key={String(row[x])}>
                  <th scope="row">{row[x]}</th>
                  {series.map((each) => {
                    const value = row[each.key];
                    return (
                      <td key={each.key} className={classes.number}>
                        {typeof value === "number" ? format(value) : "–"}
                      </td>
                    );
                  })}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </figure>
  );
}
