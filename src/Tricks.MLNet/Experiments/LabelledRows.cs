using System.Security.Cryptography;
using System.Text;
using Microsoft.ML;
using Microsoft.ML.Data;
using Tricks.MLNet.Training;

namespace Tricks.MLNet.Experiments;

/// <summary>A data view with the class number of each of its rows.</summary>
/// <param name="Data">The rows, as the candidates get them.</param>
/// <param name="Labels">The class of each row.</param>
/// <param name="ClassNames">The name of each class.</param>
internal sealed record LabelledRows(IDataView Data, IReadOnlyList<int> Labels, IReadOnlyList<string> ClassNames)
{
    /// <summary>Reads the label of every row.</summary>
    /// <param name="data">The rows.</param>
    /// <param name="column">A key with values, or text.</param>
    /// <param name="what">"data" or "test set", for messages.</param>
    /// <exception cref="ArgumentException">No such column, another type, no rows, or a row without a label.</exception>
    public static LabelledRows Read(IDataView data, string column, string what)
    {
        var isText = data.Schema.GetColumnOrNull(column)?.Type is TextDataViewType;
        var rows = isText ? ReadText(data, column) : ReadKey(data, column);
        var missing = rows.Labels.ToList().FindIndex(label => label < 0);
        if (missing >= 0)
            throw new ArgumentException($"Row {missing} of the {what} has no label in '{column}'. Remove the row.");
        return rows.Labels.Count > 0 ? rows : throw new ArgumentException($"The {what} has no rows.");
    }

    /// <summary>The same rows with the class numbers of other rows.</summary>
    /// <exception cref="ArgumentException">A row has a class that the others lack.</exception>
    public LabelledRows WithClassesOf(LabelledRows others)
    {
        var numbers = others.ClassNames.Index().ToDictionary(c => c.Item, c => c.Index);
        var unknown = Labels.Select(label => ClassNames[label]).FirstOrDefault(name => !numbers.ContainsKey(name));
        if (unknown is not null)
            throw new ArgumentException($"The test set has rows of the class '{unknown}', of which the data has none. Add rows of it to the data, or take it out of the test set.");
        return this with { Labels = [.. Labels.Select(label => numbers[ClassNames[label]])], ClassNames = others.ClassNames };
    }

    /// <summary>Some of the rows, or all for null.</summary>
    public IDataView Subset(int[]? rows) => rows is null ? Data : new RowSubset(Data, rows, Labels.Count);

    /// <summary>A number for these labels in this order, by which other data is noticed.</summary>
    public string Fingerprint()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var label in Labels)
            hash.AppendData(Encoding.UTF8.GetBytes(ClassNames[label] + "\n"));
        return Convert.ToHexStringLower(hash.GetHashAndReset())[..16];
    }

    private static LabelledRows ReadKey(IDataView data, string name)
    {
        var label = LabelColumn.Of(data.Schema, name);
        var labels = new List<int>();
        using var cursor = data.GetRowCursor([label.Column]);
        var read = label.GetGetter(cursor);
        while (cursor.MoveNext())
            labels.Add(read());
        return new LabelledRows(data, labels, label.Classes.Names);
    }

    private static LabelledRows ReadText(IDataView data, string name)
    {
        var texts = new List<string>();
        var column = data.Schema[name];
        using var cursor = data.GetRowCursor([column]);
        var read = cursor.GetGetter<ReadOnlyMemory<char>>(column);
        var text = default(ReadOnlyMemory<char>);
        while (cursor.MoveNext())
        {
            read(ref text);
            texts.Add(text.ToString());
        }

        string[] names = [.. texts.Where(t => t.Length > 0).Distinct().Order(StringComparer.Ordinal)];
        var numbers = names.Index().ToDictionary(n => n.Item, n => n.Index);
        return new LabelledRows(data, [.. texts.Select(t => numbers.GetValueOrDefault(t, -1))], names);
    }
}
