// SPDX-License-Identifier: Apache-2.0
import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.deidentifier.arx.ARXPopulationModel;
import org.deidentifier.arx.Data;
import org.deidentifier.arx.risk.RiskModelHistogram;

/**
 * ARX on a CSV table: java -cp JAR Arx.java TABLE COLUMN... -> JSON with the classes' sizes.
 *
 * <p>Counted is reading the table and grouping it, as a user who asks for its risks pays for them.
 * The rounds share one process, so that all but the first run compiled code; the median stands.
 */
public class Arx {
    private static final int ROUNDS = 5;

    public static void main(String[] arguments) throws IOException {
        Set<String> columns = new LinkedHashSet<>(List.of(arguments).subList(1, arguments.length));
        StringBuilder spent = new StringBuilder();
        int[] histogram = {};
        for (int round = 0; round < ROUNDS; round++) {
            double before = seconds();
            histogram = classes(arguments[0], columns);
            spent.append(round == 0 ? "" : ", ").append(seconds() - before);
        }
        long classes = 0;
        for (int at = 1; at < histogram.length; at += 2) {
            classes += histogram[at];
        }
        long unique = histogram[0] == 1 ? histogram[1] : 0;
        System.out.printf(
            "{\"results\": {\"k\": %d, \"classes\": %d, \"unique\": %d}, \"cpu\": [%s]}%n",
            histogram[0], classes, unique, spent);
    }

    /** Returns size, number, size, number ... of the classes, the smallest size first. */
    private static int[] classes(String table, Set<String> columns) throws IOException {
        Data data = Data.create(table, StandardCharsets.UTF_8, ';');
        RiskModelHistogram found =
            data.getHandle()
                .getRiskEstimator(ARXPopulationModel.create(0.1d), columns)
                .getEquivalenceClassModel();
        return found.getHistogram();
    }

    private static double seconds() {
        OperatingSystemMXBean system =
            (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        return system.getProcessCpuTime() / 1e9;
    }
}
