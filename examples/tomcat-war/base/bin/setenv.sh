# Read by Tomcat's catalina.sh.

# Tomcat's own logging manager would log to files and to stderr; without it, Logback logs to stdout.
LOGGING_MANAGER="-Dnop"

# In the order of the options: out of heap, a JVM limps on, and one that ends is started again; JDK 24 and newer warn when a library loads native code, as DJL must; a server that cannot
# start ends, and says so by its exit code; the JDK would keep for each thread a direct buffer as large as the largest reply.
CATALINA_OPTS="-XX:+ExitOnOutOfMemoryError --enable-native-access=ALL-UNNAMED -Dorg.apache.catalina.startup.EXIT_ON_INIT_FAILURE=true -Djdk.nio.maxCachedBufferSize=262144 ${JVM_OPTS:-}"

# libtorch's thread pools throttle one another when several workers call it, so each gets one thread.
export OMP_NUM_THREADS="${OMP_NUM_THREADS:-1}"
