/** A model that writes on, letter by letter, for many readers at once. */
@NullMarked
package io.github.vertexj.tokenstream;

import org.jspecify.annotations.NullMarked;
