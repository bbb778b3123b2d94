/** Logging as the platform reads it: one line on stdout per event, by Logback. */
@NullMarked
package io.github.vertexj.logback;

import org.jspecify.annotations.NullMarked;
