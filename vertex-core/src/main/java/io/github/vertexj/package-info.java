/** What a model author touches: the predictor, what goes into it and what comes out. */
@NullMarked
package io.github.vertexj;

import org.jspecify.annotations.NullMarked;
