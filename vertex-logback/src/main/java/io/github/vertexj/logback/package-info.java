/** Log lines in the form that Cloud Logging reads. */
@NullMarked
package io.github.vertexj.logback;

import org.jspecify.annotations.NullMarked;
