/** Texts in front of an encoder. */
@NullMarked
package io.github.vertexj.sentences;

import org.jspecify.annotations.NullMarked;
