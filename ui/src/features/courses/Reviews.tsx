/** What students said, newest first. */
import { IconStar, IconStarFilled } from "@tabler/icons-react";
import { useTranslation } from "react-i18next";
import type { ReviewDto } from "@/bindings/ReviewDto";
import { When } from "@/design";
import classes from "./courses.module.css";

export function Reviews({ reviews, count }: { reviews: ReviewDto[]; count: number }) {
  const { t } = useTranslation("courses");
  return (
    <>
      <ul className={classes.reviews}>
        {reviews.map((review) => (
          <li key={`${review.name} ${review.at}`}>
            <div className={classes.reviewHead}>
              <strong>{review.name}</strong>
              <Stars rating={review.rating} />
              {review.at && (
                <span className={classes.small}>
                  <When at={review.at} format="date" />
                </span>
              )}
            </div>
            {review.comment && <p>{review.comment}</p>}
          </li>
        ))}
      </ul>
      {count > reviews.length && (
        <p className={classes.small}>{t("page.moreReviews", { count: count - reviews.length })}</p>
      )}
    </>
  );
}

function Stars({ rating }: { rating: number }) {
  const { t } = useTranslation("courses");
  return (
    <span className={classes.stars} role="img" aria-label={t("rating.stars", { count: rating })}>
      {[1, 2, 3, 4, 5].map((n) => {
        const Icon = n <= rating ? IconStarFilled : IconStar;
        return <Icon key={n} size={12} stroke={1.6} />;
      })}
    </span>
  );
}
