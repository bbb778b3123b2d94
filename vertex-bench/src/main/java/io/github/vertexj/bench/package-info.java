/** Benchmarks of the path of a prediction and of its parts. */
@NullMarked
package io.github.vertexj.bench;

import org.jspecify.annotations.NullMarked;
