namespace Tricks.MLNet.Training;

/// <summary>Which row of a pretrained classifier each class begins with.</summary>
internal static class HeadRows
{
    /// <summary>The rows by class number; the classes without one begin afresh.</summary>
    /// <param name="classes">The classes to be trained, in the order of the scores.</param>
    /// <param name="given">The user's choice: class name to row.</param>
    /// <param name="trained">The class of each row, where that is known: classes of equal names keep their rows.</param>
    /// <returns>Null where the classifier is taken as it is, if its number of classes fits.</returns>
    /// <exception cref="ArgumentException">A name that was given is no class.</exception>
    public static IReadOnlyDictionary<int, int>? Of(
        IReadOnlyList<string> classes, IReadOnlyDictionary<string, int> given, IReadOnlyList<string>? trained)
    {
        var unknown = given.Keys.FirstOrDefault(name => !classes.Contains(name));
        if (unknown is not null)
        {
            throw new ArgumentException(
                $"HeadRows names the class '{unknown}', which the label column does not have; its classes are {string.Join(", ", classes.Take(20).Select(name => $"'{name}'"))}{(classes.Count > 20 ? ", ..." : "")}.");
        }

        if (given.Count == 0 && (trained is null || trained.SequenceEqual(classes)))
            return null;
        var rows = new Dictionary<int, int>();
        for (var c = 0; c < classes.Count; c++)
        {
            if (given.TryGetValue(classes[c], out var row) || (row = IndexOf(trained, classes[c])) >= 0)
                rows[c] = row;
        }

        return rows;
    }

    private static int IndexOf(IReadOnlyList<string>? names, string name)
    {
        for (var i = 0; i < names?.Count; i++)
        {
            if (names[i] == name)
                return i;
        }

        return -1;
    }
}
