/** The quickstart: a server for handwritten digits. */
@NullMarked
package io.github.vertexj.quickstart;

import org.jspecify.annotations.NullMarked;
