/**
 * What a model author touches: the predictor and its provider, instances, predictions and tensors.
 *
 * <p>References such as C3.14 in this library number the clauses of the platform's container
 * contract that the code keeps; the README lists them.
 */
@NullMarked
package io.github.vertexj;

import org.jspecify.annotations.NullMarked;
