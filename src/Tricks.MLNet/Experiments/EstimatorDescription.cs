using System.Collections;
using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace Tricks.MLNet.Experiments;

/// <summary>What can be read of an untrained estimator: its type, and its options. For telling a changed candidate from the same one.</summary>
/// <remarks>
/// An estimator has no interface for this, so its <c>Options</c> field (or one whose type's name ends so) is read by reflection, as are the
/// parts of a chain. A transform that keeps its settings elsewhere is described by its type alone.
/// </remarks>
internal static class EstimatorDescription
{
    private const int Deepest = 5;
    private const BindingFlags Declared = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly;

    public static string Of(object estimator)
    {
        if (Parts(estimator) is { } parts)
            return string.Join(" -> ", parts.Select(Of));
        var options = Fields(estimator.GetType()).Where(f => f.FieldType.Name.EndsWith("Options", StringComparison.Ordinal))
            .Select(f => f.GetValue(estimator)).OfType<object>();
        return Name(estimator.GetType()) + string.Concat(options.Select(o => "(" + Members(o, Deepest) + ")"));
    }

    /// <summary>The estimators of an EstimatorChain; null for another.</summary>
    private static IEnumerable<object>? Parts(object estimator)
    {
        var type = estimator.GetType();
        return type.IsGenericType && type.GetGenericTypeDefinition() == typeof(Microsoft.ML.Data.EstimatorChain<>)
            ? (type.GetField("_estimators", Declared)?.GetValue(estimator) as IEnumerable)?.OfType<object>()
            : null;
    }

    private static string Members(object value, int depth)
    {
        var fields = Fields(value.GetType()).Where(f => f.IsPublic).Select(f => (f.Name, Value: f.GetValue(value)));
        var properties = value.GetType().GetProperties(BindingFlags.Instance | BindingFlags.Public)
            .Where(p => p.GetIndexParameters().Length == 0).Select(p => (p.Name, Value: p.GetValue(value)));
        return string.Join(", ", fields.Concat(properties).OrderBy(m => m.Name, StringComparer.Ordinal)
            .Select(m => $"{m.Name}={Text(m.Value, depth)}"));
    }

    private static string Text(object? value, int depth) => value switch
    {
        null => "null",
        string text => text,
        IFormattable formattable => formattable.ToString(null, CultureInfo.InvariantCulture),
        bool flag => flag ? "true" : "false",
        _ when depth == 0 => Name(value.GetType()),
        ITuple tuple => "(" + string.Join(", ", Enumerable.Range(0, tuple.Length).Select(i => Text(tuple[i], depth - 1))) + ")",
        _ when IsRecord(value.GetType()) => "{" + Members(value, depth - 1) + "}",
        _ => Name(value.GetType()),
    };

    private static bool IsRecord(Type type) => type.GetMethod("<Clone>$") is not null;

    private static IEnumerable<FieldInfo> Fields(Type? type)
    {
        for (; type is not null && type != typeof(object); type = type.BaseType)
        {
            foreach (var field in type.GetFields(Declared))
                yield return field;
        }
    }

    private static string Name(Type type) => type.IsGenericType ? type.Name.Split('`')[0] : type.Name;
}
