
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0004_shown_people'),
    ]

    operations = [
        migrations.CreateModel(
            name='GrantToRevoke',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('address', models.CharField(blank=True, max_length=320)),
                ('credentials', models.TextField()),
                ('attempts', models.PositiveIntegerField(default=0)),
                ('next_attempt_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'db_table': 'grants_to_revoke',
            },
        ),
    ]
