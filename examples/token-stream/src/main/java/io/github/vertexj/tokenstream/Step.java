package io.github.vertexj.tokenstream;

import org.jspecify.annotations.Nullable;

/**
 * One letter for the model to read; an instance.
 *
 * @param letter its number
 * @param state what the model remembers of the letters before it; null at the beginning of a text
 */
@SuppressWarnings("ArrayRecordComponent") // handed on, never compared
record Step(int letter, float @Nullable [] state) {}
