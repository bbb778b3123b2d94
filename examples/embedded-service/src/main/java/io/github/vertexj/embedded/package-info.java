/** An ordinary service that predicts beside its own work, on the JDK's HTTP server. */
@NullMarked
package io.github.vertexj.embedded;

import org.jspecify.annotations.NullMarked;
