/** One row of a `DataList`. Apart from it so that moving through the list redraws two rows, not sixty. */
import { type MouseEvent, memo, type ReactNode } from "react";
import classes from "./DataList.module.css";
import type { Column } from "./listColumns";

interface RowProps {
  domId: string;
  index: number;
  /** Which of the drawn rows it is: the same for the row that takes its place while scrolling. */
  place: number;
  top: number;
  height: number;
  /** Undefined while its page is on the way. */
  row: unknown;
  /** Accessible name of the box. */
  selectLabel: string;
  columns: Column<unknown>[];
  template: string;
  selectable: boolean;
  active: boolean;
  selected: boolean;
  open: boolean;
  openable: boolean;
  onPress: (index: number, event: MouseEvent) => void;
  onToggle: (index: number) => void;
}

function Row(props: RowProps) {
  const { domId, index, place, top, height, row, selectLabel, columns, template, selectable } = props;
  const { active, selected, open, openable, onPress, onToggle } = props;
  const offset = selectable ? 1 : 0;
  return (
    // keys are handled by the grid, which holds the focus
    // biome-ignore lint/a11y/useKeyWithClickEvents: see above
    <div
      id={domId}
      role="row"
      aria-rowindex={index + 2}
      aria-selected={selectable ? selected : undefined}
      className={classes.row}
      data-active={active || undefined}
      data-selected={selected || undefined}
      data-open={open || undefined}
      data-openable={openable || undefined}
      style={{ gridTemplateColumns: template, height, transform: `translateY(${top}px)` }}
      onClick={(event) => onPress(index, event)}
    >
      {selectable && (
        // biome-ignore lint/a11y/useKeyWithClickEvents: Space on the grid does the same
        <div
          role="gridcell"
          aria-colindex={1}
          className={classes.check}
          onClick={(event) => event.stopPropagation()}
        >
          {row !== undefined && (
            <input
              type="checkbox"
              className={classes.box}
              tabIndex={-1}
              aria-label={selectLabel}
              checked={selected}
              onChange={() => onToggle(index)}
            />
          )}
        </div>
      )}
      {columns.map((column, i) => (
        // biome-ignore lint/a11y/useAriaPropsSupportedByRole: both roles know aria-colindex
        <div
          key={column.id}
          role={column.fixed && row !== undefined ? "rowheader" : "gridcell"}
          aria-colindex={i + 1 + offset}
          className={classes.cell}
          data-align={column.align}
          data-fixed={column.fixed || undefined}
          data-wrap={column.wrap || undefined}
        >
          {row === undefined ? (
            <span
              className={classes.bone}
              data-wide={(place + i) % 3 === 0 || undefined}
              aria-hidden="true"
            />
          ) : (
            whole(column.cell(row))
          )}
        </div>
      ))}
    </div>
  );
}

/** A text that is cut off shows that it is, and all of it to whoever points at it. */
function whole(content: ReactNode): ReactNode {
  return typeof content === "string" ? <span title={content}>{content}</span> : content;
}

export const DataListRow = memo(Row);
