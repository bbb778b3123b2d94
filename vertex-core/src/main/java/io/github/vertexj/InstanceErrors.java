package io.github.vertexj;

/**
 * The choice of what becomes of a request when single instances of it are at fault: unreadable,
 * refused by {@link InvalidInputException}, or with a prediction that JSON cannot carry.
 *
 * <p>It belongs to whoever deploys a model, since callers must know it: the platform reports a
 * request that fails as so many failed instances, and takes an error in place for a prediction
 * (C5.21, C5.22). A body that is no envelope, an overload or a predictor that fails are not an
 * instance's fault and fail the request in any case.
 */
public enum InstanceErrors {
  /** The request fails with the first fault found, and there are no predictions (C3.29). */
  REQUEST_FAILS,

  /**
   * The status is 200, and {@code {"error": "<text>"}} stands in the place of each prediction that
   * there is none of; the text is the one with which the request would have failed.
   */
  IN_PLACE
}
