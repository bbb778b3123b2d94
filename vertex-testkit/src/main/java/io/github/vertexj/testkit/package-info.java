/** The contract tests that the author of an adapter or of a predictor inherits. */
@NullMarked
package io.github.vertexj.testkit;

import org.jspecify.annotations.NullMarked;
